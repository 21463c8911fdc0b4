// The thread: every kind of tool call in its own way, long histories in windows, huge outputs on demand.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { awake, expect, expectAccessible, test } from './fixtures/roost.ts';
import { atEnd, open, send, thread, tool } from './fixtures/hands.ts';

const EDITS = { permission_mode: 'acceptEdits', mode: 'session' } as const;

test('each kind of tool call is drawn in its own way', async ({ page, stage, project }, info) => {
  const prompt = [
    'think: first I look around',
    'say: On it, **boss**.',
    'bash: echo fine ## Say that it is fine',
    'bash: ls nowhere-at-all',
    'read: README.md',
    'edit: src/tree.txt | branch | **bough**',
    'write: src/new.txt | one\\ntwo\\nthree',
    'todo: [>] prune; [ ] water',
    'todo: [x] prune; [>] water',
    'agent: [general-purpose] Look for apples | bash: echo apple-from-below\\nsay: found an apple',
    'tool: Frobnicate {"knob": "eleven"}',
    'say: All done.',
  ].join('\n');
  const card = await stage.rested(project, prompt, EDITS);
  await open(page, card.id);

  const thought = thread(page).getByRole('group').filter({ hasText: 'Thought' }).first();
  await expect(thought).toContainText('first I look around');
  await expect(thread(page).getByText('boss', { exact: true })).toBeVisible();

  const fine = tool(page, /^Bash echo fine/);
  await fine.getByRole('button', { name: /^Bash/ }).click();
  await expect(fine).toContainText('Say that it is fine');
  await expect(fine.getByText('fine', { exact: true })).toBeVisible();
  const failing = tool(page, /^Bash ls nowhere/);
  await expect(failing).toContainText(/No such file/);
  await expect(failing.getByRole('img', { name: 'failed' })).toBeVisible();

  const read = tool(page, /^Read README\.md/);
  await expect(read).toContainText('lines');
  const edit = tool(page, /^Edit src\/tree\.txt/);
  await expect(edit).toContainText('+1');
  await expect(edit).toContainText('−1');
  await expect(edit.getByRole('region', { name: 'Changed lines' })).toContainText('**bough**');
  const write = tool(page, /^Write src\/new\.txt/);
  await expect(write).toContainText('new file');
  await expect(write.getByRole('region', { name: 'Changed lines' })).toContainText('three');

  const todo = thread(page).getByRole('article').filter({ hasText: 'Tasks' }).last();
  await expect(todo).toContainText('1 of 2 done');
  await expect(todo.getByRole('listitem').filter({ hasText: 'prune' }).getByRole('img', { name: 'done' })).toBeVisible();
  await expect(todo.getByRole('listitem').filter({ hasText: 'water' }).getByRole('img', { name: 'under way' })).toBeVisible();

  const agent = tool(page, /^Agent/).filter({ hasText: 'Look for apples' }).first();
  await expect(agent).toContainText('1 tool');
  await agent.getByRole('button', { name: /^Agent/ }).click();
  await expect(agent.getByRole('button', { name: /^Bash echo apple-from-below/ })).toBeVisible();
  await expect(agent.getByText('found an apple', { exact: true })).toBeVisible();

  await expect(tool(page, /^Frobnicate/)).toBeVisible();
  await expect(thread(page).getByText('All done.', { exact: true })).toBeVisible();
  await expectAccessible(page);

  // The CLI's own line is one click away, where there is a mouse.
  if (info.project.name === 'phone') return;
  await edit.getByRole('button', { name: 'Raw' }).click();
  await expect(edit).toContainText('"tool_use"');
});

test('an older page comes in above without moving what is read', async ({ page, stage, project }) => {
  const lines = Array.from({ length: 640 }, (_, n) => `say: line number ${n} of the story`);
  const card = await stage.rested(project, lines.join('\n'), EDITS);
  expect(card.last_seq).toBeGreaterThan(600);
  await open(page, card.id);
  await expect(page.getByText('line number 639 of the story')).toBeInViewport();
  expect(await atEnd(page)).toBe(true);
  await expect(page.getByText('line number 300 of the story')).toHaveCount(0);

  // What is at the top of the window stays where it is, whatever is put above it.
  const scroller = thread(page);
  await scroller.hover();
  const text = (n: number) => page.getByText(`line number ${n} of the story`, { exact: true });
  let jumps = 0;
  for (let n = 560; n >= 300; n -= 20) {
    for (let tries = 0; tries < 40 && !(await text(n).isVisible()); tries++) await page.mouse.wheel(0, -400);
    await text(n).scrollIntoViewIfNeeded();
    const before = (await text(n).boundingBox())?.y ?? 0;
    await awake(page);
    const after = (await text(n).boundingBox())?.y ?? 0;
    if (Math.abs(after - before) > 2) jumps++;
  }
  expect(jumps).toBe(0);
  for (let tries = 0; tries < 60 && (await text(0).count()) === 0; tries++) {
    await scroller.evaluate((element) => element.scrollBy(0, -20_000));
    await awake(page);
  }
  await expect(text(0)).toBeVisible();

  // What comes meanwhile is counted, and one click goes there.
  await stage.api('POST', `/sessions/${card.id}/messages`, { id: crypto.randomUUID(), text: 'say: news\nsay: more news' });
  const pill = page.getByRole('button', { name: /^\d+\+? new$/ });
  await expect(pill).toBeVisible();
  await expect(text(0)).toBeInViewport();
  // The end that was let go takes its time: what happens on the way there does not lead elsewhere.
  await page.route('**/api/ui/sessions/open', async (route) => {
    await sleep(1_000);
    await route.continue();
  });
  await pill.click();
  await page.mouse.wheel(0, 4_000);
  await expect(page.getByText('more news', { exact: true })).toBeInViewport();
  await expect(pill).toBeHidden();
  expect(await atEnd(page)).toBe(true);
});

test('it stays at its end while the agent writes, unless the reader scrolled up', async ({ page, stage, project }) => {
  const first = await stage.rested(project, 'long: 30', EDITS);
  await open(page, first.id);
  const go = join(project.path, 'go');
  await send(page, `hold: ${go}\nlong: 12\nsay: the end`);
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
  writeFileSync(go, '');
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
