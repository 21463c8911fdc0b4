// The third walkthrough: the network goes and comes back, and the page catches up by number without a reload.
import { open } from './fixtures/hands.ts';
import { AWAY, expect, test } from './fixtures/roost.ts';

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
