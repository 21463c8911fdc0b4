// The thread: every kind of tool call in its own way, long histories in windows, huge outputs on demand.
import { expect, test } from './fixtures/roost.ts';
import { atEnd, open, send, thread, tool } from './fixtures/hands.ts';

const EDITS = { permission_mode: 'acceptEdits', mode: 'session' } as const;

test('it stays at its end while the agent writes, unless the reader scrolled up', async ({ page, stage, project }) => {
  const first = await stage.rested(project, 'long: 30', EDITS);
  await open(page, first.id);
  await send(page, 'slow: 30\nlong: 12\nsay: the end');
  await expect(thread(page).getByText('Writing')).toBeVisible();
  expect(await atEnd(page)).toBe(true);
  await thread(page).hover();
  await page.mouse.wheel(0, -700);
  const place = () => thread(page).evaluate((scroller) => scroller.scrollHeight + scroller.scrollTop);
  await expect(page.getByRole('button', { name: /^(To the end|\d+\+? new)$/ })).toBeVisible();
  const top = await thread(page).evaluate((scroller) => {
    const entry = [...scroller.querySelectorAll('p')].find((one) => one.getBoundingClientRect().top > 150);
    entry?.setAttribute('data-marked', '');
    return entry?.getBoundingClientRect().top ?? 0;
  });
  await stage.until(first.id, (card) => card.status === 'idle' && card.last_seq > first.last_seq + 3);
  expect(await place()).toBeGreaterThan(0);
  const now = await page.locator('[data-marked]').boundingBox();
  expect(Math.abs((now?.y ?? 0) - top)).toBeLessThan(3);
  await page.getByRole('button', { name: /^\d+\+? new$/ }).click();
  await expect(page.getByText('the end', { exact: true })).toBeInViewport();
});

test('a huge output is shown by its ends, and whole on demand', async ({ page, stage, project }) => {
  const card = await stage.rested(project, 'bash: seq 1 60000\nsay: counted', { ...EDITS, permission_mode: 'default' });
  await open(page, card.id);
  const counted = tool(page, /^Bash seq/);
  await counted.getByRole('button', { name: /^Bash/ }).click();
  await counted.getByRole('button', { name: /Show all/ }).click();
  await expect(counted.getByRole('button', { name: 'Show less' })).toBeVisible();
  await counted.getByRole('button', { name: 'Show less' }).click();
  await expect(counted.getByRole('button', { name: /Show all/ })).toBeVisible();
});
