// Preview: a server that an agent started is noticed by its port, and seen through Roost for as long as it is there.
import { dock, open, thread } from './fixtures/hands.ts';
import { awake, expect, expectAccessible, expectNoOverflow, test } from './fixtures/roost.ts';

const SERVER = `require("http").createServer((ask, answer) => answer.end("<!doctype html><title>Orchard</title><h1>Served at " + ask.headers.host.split(":")[0] + "</h1>")).listen(0, "127.0.0.1")`;

test('what an agent serves is opened in a tab of its own, and is gone when it ends', async ({ page, context, stage, project, watch }) => {
  // The page of a preview is not one of ours.
  watch.allow(/./);
  const card = await stage.rested(project, 'say: ready', { mode: 'session' });
  await page.goto(`/projects/${project.id}/preview`);
  await awake(page);
  await expect(page.getByText('Nothing is served')).toBeVisible();
  await expectAccessible(page);

  const text = `bash-bg: node -e '${SERVER}'\nsay: It is up.`;
  await stage.api('POST', `/sessions/${card.id}/messages`, { id: crypto.randomUUID(), text });
  await stage.until(card.id, (now) => now.waiting === 1);
  await open(page, card.id);
  await dock(page).getByRole('button', { name: /^Allow/ }).click();
  await expect(thread(page).getByText('It is up.', { exact: true })).toBeVisible();

  await page.goto(`/projects/${project.id}/preview`);
  await awake(page);
  const served = page.getByRole('listitem').filter({ hasText: 'node' });
  await expect(served).toContainText('createServer');
  await expect(served.getByRole('link', { name: card.name })).toBeVisible();
  await expectNoOverflow(page);
  await served.getByRole('button', { name: /^Preview port/ }).click();
  const link = served.getByRole('link', { name: 'Open in a new tab' });
  await expect(link).toBeVisible();
  await expectAccessible(page);
  const [tab] = await Promise.all([context.waitForEvent('page'), link.click()]);
  await expect(tab.getByRole('heading', { name: 'Served at localhost' })).toBeVisible();
  const address = tab.url();
  expect(new URL(address).port).not.toBe(new URL(page.url()).port);
  await tab.close();

  // Somebody else who finds the port sees nothing of it.
  const stranger = await fetch(address);
  expect(stranger.status).toBe(401);

  await served.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(served.getByRole('button', { name: /^Preview port/ })).toBeVisible();
  await stage.api('POST', `/sessions/${card.id}/close`, {});
  await expect(page.getByText('Nothing is served')).toBeVisible();
});
