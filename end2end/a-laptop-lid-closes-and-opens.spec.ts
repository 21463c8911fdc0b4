// The third walkthrough: the network goes, the server is killed in the middle of a turn, and the page catches up by number
// without a reload; what was being written is kept, and seen on another device.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composer, open, send, thread } from './fixtures/hands.ts';
import { AWAY, expect, test } from './fixtures/roost.ts';

const away = (page: import('@playwright/test').Page) => page.getByRole('status').filter({ hasText: 'Offline' }).filter({ visible: true });

/** Every paragraph the agent said, to be held against what is on the page. */
const counted = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `say: counted to ${from + n} by now`).join('\n');

test('a network that goes and comes back costs nothing', async ({ page, context, stage, project, watch }) => {
  watch.allow(...AWAY);
  const card = await stage.rested(project, 'say: ready', { mode: 'session' });
  await open(page, card.id);
  await page.evaluate(() => Object.assign(globalThis, { sameage: true }));
  await context.setOffline(true);
  await stage.api('POST', `/sessions/${card.id}/messages`, { id: crypto.randomUUID(), text: counted(0, 30) });
  await stage.until(card.id, (now) => now.status === 'idle' && now.last_seq > card.last_seq + 30);
  await context.setOffline(false);
  await expect(page.getByText('counted to 29 by now', { exact: true })).toBeVisible();
  for (let n = 0; n < 30; n++) await expect(page.getByText(`counted to ${n} by now`, { exact: true })).toHaveCount(1);
  expect(await page.evaluate(() => 'sameage' in globalThis)).toBe(true);
});

test('a server that is killed in the middle of a turn is caught up with, once and in order', async ({ page, stage, project, watch }) => {
  watch.allow(...AWAY);
  const card = await stage.rested(project, 'say: ready', { mode: 'session' });
  await open(page, card.id);
  await page.evaluate(() => Object.assign(globalThis, { sameage: true }));
  const go = join(project.path, 'go');
  await send(page, `${counted(0, 10)}\nhold: ${go}\nlong: 6\n${counted(10, 20)}`);
  await expect(page.getByText('counted to 2 by now', { exact: true })).toBeVisible();
  await stage.kill();
  await expect(away(page)).toBeVisible();
  // What was seen stays in view, and one may go on writing.
  await expect(page.getByText('counted to 2 by now', { exact: true })).toBeVisible();
  await composer(page).fill('written while nobody listened');
  // The agent goes on while the server is gone.
  writeFileSync(go, '');
  await stage.start();
  await expect(away(page)).toBeHidden();
  await expect(page.getByText('counted to 19 by now', { exact: true })).toBeVisible({ timeout: 60_000 });
  for (let n = 0; n < 20; n++) await expect(page.getByText(`counted to ${n} by now`, { exact: true })).toHaveCount(1);
  expect(await page.evaluate(() => 'sameage' in globalThis)).toBe(true);
  await expect(composer(page)).toHaveValue('written while nobody listened');

  const history = await stage.history(card.id);
  expect(history.map((event) => event.seq)).toEqual(history.map((_, n) => n + 1));
  const shown = await thread(page).getByText(/^counted to \d+ by now$/).allTextContents();
  expect(shown).toEqual(Array.from({ length: 20 }, (_, n) => `counted to ${n} by now`));
});

test('a draft is kept on the server and seen on another device', async ({ page, stage, project, device }) => {
  const card = await stage.rested(project, 'say: ready', { mode: 'session' });
  await open(page, card.id);
  const saved = page.waitForResponse((response) => response.url().includes('/api/ui/') && response.request().method() === 'POST');
  await composer(page).fill('a thought that is not finished');
  await saved;
  const other = await device();
  await open(other, card.id);
  await expect(composer(other)).toHaveValue('a thought that is not finished');
  await page.reload();
  await expect(composer(page)).toHaveValue('a thought that is not finished');
  await send(other, 'say: finished');
  await expect(thread(page).getByText('finished', { exact: true })).toBeVisible();
  await expect(composer(page)).toHaveValue('');
});

test('a message that could not be sent is kept, and sent once when the server is back', async ({ page, stage, project, watch }) => {
  watch.allow(...AWAY);
  const card = await stage.rested(project, 'say: ready', { mode: 'session' });
  await open(page, card.id);
  await stage.kill();
  await composer(page).fill('say: through the storm');
  await page.getByRole('button', { name: /^Send/ }).click();
  const note = page.getByRole('alert').filter({ hasText: 'Not sent' });
  await expect(note).toBeVisible();
  await expect(composer(page)).toHaveValue('say: through the storm');
  await stage.start();
  await expect(away(page)).toBeHidden();
  await note.getByRole('button', { name: 'Try again' }).click();
  await expect(thread(page).getByText('through the storm', { exact: true })).toBeVisible();
  await expect(composer(page)).toHaveValue('');
  const mine = (await stage.history(card.id)).filter((event) => event.kind === 'user_message');
  expect(mine).toHaveLength(2);
});
