// The first walkthrough: from the composer over the actor, the keeper and the CLI to the thread, and into every other page
// and API that looks at the session.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open, send, sessionOf, thread, tool } from './fixtures/hands.ts';
import { awake, expect, expectAccessible, test } from './fixtures/roost.ts';

test('what is typed reaches the agent once, and what it does is seen as it happens', async ({ page, stage, project, device }) => {
  const card = await stage.rested(project, 'say: ready', { mode: 'session', permission_mode: 'acceptEdits' });
  const other = await device();
  await open(page, card.id);
  await open(other, card.id);

  const go = join(project.path, 'go');
  await send(page, `think: hm, an orchard\nhold: ${go}\nlong: 2\nwrite: a.txt | hello\nsay: Written.`);
  // Text is seen before it is finished, on both pages.
  for (const one of [page, other]) await expect(thread(one).getByText('Writing')).toBeVisible();
  const early = await stage.history(card.id);
  expect(early.filter((event) => event.kind === 'assistant_text' && event.seq > card.last_seq)).toEqual([]);
  writeFileSync(go, '');

  for (const one of [page, other]) {
    await expect(thread(one).getByText('Written.', { exact: true })).toBeVisible();
    await expect(thread(one).getByRole('group').filter({ hasText: 'hm, an orchard' })).toHaveCount(1);
    await expect(tool(one, /^Write a\.txt/)).toHaveCount(1);
    await expect(thread(one).getByRole('article', { name: /^Message of/ })).toHaveCount(2);
  }
  expect(readFileSync(join(project.path, 'a.txt'), 'utf8').trim()).toBe('hello');

  // The same by number, without a gap, whoever asks.
  const history = await stage.history(card.id);
  expect(history.map((event) => event.seq)).toEqual(history.map((_, n) => n + 1));
  await page.reload();
  await expect(thread(page).getByText('Written.', { exact: true })).toBeVisible();
  await expect(tool(page, /^Write a\.txt/)).toHaveCount(1);
  await expectAccessible(page);
});

test('model, permissions and context are seen and changed between turns', async ({ page, stage, project }, info) => {
  const phone = info.project.name === 'phone';
  const card = await stage.rested(project, 'say: ready', { mode: 'session' });
  await open(page, card.id);
  await expect(page.getByRole('main').getByText(/\d+k/).filter({ visible: true }).first()).toBeVisible();
  await page.getByRole('button', { name: phone ? 'More' : 'Model, effort and permissions', exact: phone }).click();
  await page.getByRole('menuitemradio', { name: 'Accept edits' }).click();
  await expect(thread(page).getByText(/Permissions: Accept edits · set by/)).toBeVisible();
  await send(page, 'write: b.txt | no question asked\nsay: Written.');
  await expect(thread(page).getByText('Written.', { exact: true })).toBeVisible();
  expect((await stage.card(card.id)).permission_mode).toBe('acceptEdits');

  if (phone) await page.getByRole('button', { name: 'Changes and details' }).click();
  await page.getByRole('tab', { name: /^Changes/ }).click();
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector.getByText('b.txt').first()).toBeVisible();
  await page.getByRole('tab', { name: 'Details' }).click();
  await expect(inspector.getByText(project.path).first()).toBeVisible();
  await expect(inspector.getByRole('meter', { name: 'Context window' })).toBeVisible();
});

test('the models of the agent are offered, with what they are for', async ({ page, stage, project }, info) => {
  const phone = info.project.name === 'phone';
  const card = await stage.rested(project, 'say: ready', { mode: 'session' });
  await open(page, card.id);
  const menu = page.getByRole('button', { name: phone ? 'More' : 'Model, effort and permissions', exact: phone });
  await menu.click();
  await expect(page.getByRole('menuitemradio', { name: /^Opus/ })).toHaveAttribute('aria-checked', 'true');
  await page.getByRole('menuitemradio', { name: /^Haiku.*quick answers/ }).click();
  await expect(thread(page).getByText(/Model set to haiku by/)).toBeVisible();
  await menu.click();
  await expect(page.getByRole('menuitemradio', { name: /^Haiku/ })).toHaveAttribute('aria-checked', 'true');
  await expectAccessible(page);

  await page.goto(`/new?project=${project.id}`);
  await awake(page);
  await page.getByLabel(/^Model/).selectOption({ label: 'Haiku' });
  await expect(page.getByText(/quick answers/)).toBeVisible();
  await page.getByLabel('What is to be done?').fill('say: small');
  await page.getByRole('button', { name: /^Start/ }).click();
  await expect(thread(page).getByText('small', { exact: true })).toBeVisible();
  expect((await stage.card(await sessionOf(page))).model).toContain('haiku');
});

test('the form starts a session as it was chosen, and says why it cannot', async ({ page, stage, project }, info) => {
  await page.goto(`/new?project=${project.id}`);
  await awake(page);
  const prompt = page.getByLabel('What is to be done?');
  // On a phone that would bring up the keyboard before anyone wants to write.
  if (info.project.name !== 'phone') await expect(prompt).toBeFocused();
  await expect(page.getByRole('button', { name: /^Start/ })).toBeDisabled();
  await prompt.fill('say: chosen well');
  await page.getByLabel(/Start as persistent session/).check();
  await page.getByLabel('Permissions').selectOption({ label: 'Accept edits' });
  await page.getByLabel('Name (optional)').fill('A chosen one');
  await prompt.press('Control+Enter');
  await expect(thread(page).getByText('chosen well', { exact: true })).toBeVisible();
  const card = await stage.card(await sessionOf(page));
  expect(card).toMatchObject({ name: 'A chosen one', mode: 'session', permission_mode: 'acceptEdits' });
});

test('a failure is said in words, and the next message goes on', async ({ page, stage, project, watch }) => {
  const card = await stage.create(project, 'error: 400 the kettle is on fire');
  await open(page, card.id);
  await expect(thread(page).getByText(/kettle is on fire/).first()).toBeVisible();
  await stage.until(card.id, (now) => now.status === 'failed');
  await send(page, 'say: better now');
  await expect(thread(page).getByText('better now', { exact: true })).toBeVisible();
  expect(watch.faults).toEqual([]);
});
