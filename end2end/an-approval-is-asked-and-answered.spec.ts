// The second walkthrough: what an agent asks waits in the inbox and in its session, is answered by exactly one, and the other
// is told who and when; also by keys, with edits, notes and rules, after a restart of the server.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { dock, open, thread, tool } from './fixtures/hands.ts';
import { AWAY, LABELS, type Project, type Stage, awake, expect, expectAccessible, test } from './fixtures/roost.ts';

async function asks(stage: Stage, project: Project, prompt: string, permission_mode = 'default'): Promise<string> {
  const card = await stage.create(project, prompt, { mode: 'session', permission_mode });
  await stage.until(card.id, (now) => now.waiting > 0);
  return card.id;
}

const cardOf = (page: Page, title: string | RegExp): Locator => page.getByRole('article', { name: title });

test('the inbox gathers what waits; the loser of a race is told who won', async ({ page, stage, project, device, watch }) => {
  const id = await asks(stage, project, 'bash: touch one.txt\nsay: touched');
  const other = await device();
  await page.goto('/inbox');
  await other.goto('/inbox');
  await awake(other);
  for (const one of [page, other]) {
    await expect(one).toHaveTitle(/^\(1\) Roost/);
    await expect(cardOf(one, 'Run this command?')).toContainText('touch one.txt');
  }
  await expectAccessible(page);

  // The other device hears nothing, so it may still try; it is refused and says by whom.
  watch.allow(...AWAY, /409/);
  const digest = (await stage.api<{ id: string; digest: string; session_id: string }[]>('GET', '/approvals?status=pending')).find(
    (one) => one.session_id === id,
  );
  await other.route('**/api/ui/**', async (route) => {
    if (route.request().url().includes('decide')) {
      await stage.api('POST', `/approvals/${digest?.id}`, { decision: 'deny', digest: digest?.digest, message: 'too late' });
    }
    await route.continue();
  });
  await cardOf(other, 'Run this command?').getByRole('button', { name: /^Allow/ }).click();
  for (const one of [page, other]) {
    await expect(one.getByText(/Denied by stories/)).toBeVisible();
    await expect(one).toHaveTitle(/^Roost/);
  }
  await stage.until(id, (card) => card.status === 'idle');
  expect(existsSync(join(project.path, 'one.txt'))).toBe(false);
});

test('what is asked while a page reads its lists is not lost to the older list', async ({ page, stage, project }) => {
  let [asked, release] = [() => {}, () => {}];
  const [reading, later] = [new Promise<void>((done) => (asked = done)), new Promise<void>((done) => (release = done))];
  await page.route('**/api/ui/board', async (route) => {
    const response = await route.fetch();
    asked();
    await later;
    await route.fulfill({ response });
  });
  await page.goto('/inbox');
  await reading;
  await asks(stage, project, 'bash: touch first.txt\nsay: touched');
  await expect(cardOf(page, 'Run this command?').filter({ hasText: 'touch first.txt' })).toBeVisible();
  const read = page.waitForResponse('**/api/ui/board');
  release();
  await (await read).finished();
  // Whatever is pushed now comes after the list.
  await asks(stage, project, 'bash: touch second.txt\nsay: touched');
  for (const name of ['second', 'first']) {
    await expect(cardOf(page, 'Run this command?').filter({ hasText: `touch ${name}.txt` })).toBeVisible();
  }
});

test('an edited input runs instead of the one that was asked for', async ({ page, stage, project }) => {
  const id = await asks(stage, project, 'bash: touch asked.txt\nsay: done');
  await open(page, id);
  await dock(page).getByRole('button', { name: 'Edit the input, then allow' }).click();
  await dock(page).getByRole('textbox', { name: 'Input to run instead' }).fill('touch edited.txt');
  await dock(page).getByRole('button', { name: 'Allow the edited input' }).click();
  await stage.until(id, (card) => card.status === 'idle');
  expect(existsSync(join(project.path, 'asked.txt'))).toBe(false);
  expect(existsSync(join(project.path, 'edited.txt'))).toBe(true);
  await tool(page, /^Bash touch/).getByRole('button', { name: /^Bash/ }).click();
  await expect(tool(page, /^Bash touch/)).toContainText(`Allowed by ${LABELS.first}`);
  await expect(tool(page, /^Bash touch/)).toContainText('with an edited input');
});

test('always allow covers the same command; a denial carries a note', async ({ page, stage, project }) => {
  const id = await asks(stage, project, 'bash: touch b.txt\nbash: touch b.txt\nbash: mkdir away\notherwise: I read: {result}');
  await open(page, id);
  await dock(page).getByRole('button', { name: 'Always allow' }).click();
  await page.getByRole('menuitem', { name: /touch b\.txt/ }).click();
  // The second one is covered; the third is denied by key, with a note.
  await expect(dock(page)).toContainText('mkdir away');
  await page.keyboard.press('d');
  const note = dock(page).getByRole('textbox', { name: 'Note to the agent' });
  await expect(note).toBeFocused();
  await note.fill('rather not');
  await note.press('Control+Enter');
  await expect(thread(page).getByText(/I read: .*rather not/)).toBeVisible();
  expect(existsSync(join(project.path, 'b.txt'))).toBe(true);
  expect(existsSync(join(project.path, 'away'))).toBe(false);
  const asked = (await stage.history(id)).filter((event) => event.kind === 'approval_asked');
  expect(asked).toHaveLength(2);
});

test('questions are answered by options, several of them, and own words', async ({ page, stage, project }) => {
  const id = await asks(
    stage,
    project,
    'ask: [Store] Which store? | SQLite - one file | Postgres - a server\nask-many: Which checks? | fmt | clippy | tests\nsay: {result}',
  );
  await open(page, id);
  await expect(dock(page)).toContainText('one file');
  const answer = dock(page).getByRole('button', { name: 'Answer', exact: true });
  await expect(answer).toBeDisabled();
  await expectAccessible(page);
  await dock(page).getByRole('radio', { name: /SQLite/ }).check();
  await dock(page).getByRole('checkbox', { name: 'fmt' }).check();
  await dock(page).getByRole('checkbox', { name: 'tests' }).check();
  await dock(page).getByRole('textbox', { name: 'Answer in your own words' }).last().fill('and spelling');
  await answer.click();
  await expect(thread(page).getByText(/SQLite/).last()).toBeVisible();
  await stage.until(id, (card) => card.status === 'idle');
  const said = JSON.stringify(await stage.history(id));
  expect(said).toContain('fmt, tests, and spelling');
});

test('a single question takes one click, in the inbox too', async ({ page, stage, project }) => {
  const id = await asks(stage, project, 'ask: Which way? | Left | Right\nsay: {result}');
  await page.goto('/inbox');
  await awake(page);
  await page.getByRole('article').getByRole('button', { name: 'Right' }).click();
  await stage.until(id, (card) => card.status === 'idle');
  await expect(page.getByRole('article').filter({ hasText: 'Allowed by' })).toBeVisible();
});

test('a plan is sent back with feedback, then approved with the next mode', async ({ page, stage, project }) => {
  const id = await asks(stage, project, 'plan: # The plan\\n\\n1. Write **it**.\notherwise: Noted: {result}', 'plan');
  await open(page, id);
  await expect(dock(page).getByText('Write it.')).toBeVisible();
  await dock(page).getByRole('button', { name: /^Keep planning…/ }).click();
  await dock(page).getByRole('textbox', { name: 'Note to the agent' }).fill('think about rain');
  await dock(page).getByRole('button', { name: 'Keep planning', exact: true }).click();
  await expect(thread(page).getByText(/Noted: .*think about rain/)).toBeVisible();

  await stage.until(id, (card) => card.status === 'idle');
  await stage.api('POST', `/sessions/${id}/messages`, { id: crypto.randomUUID(), text: 'plan: 1. Write it under a roof.\nwrite: roof.txt | dry\nsay: Roofed.' });
  await expect(dock(page).getByText('under a roof')).toBeVisible();
  await expectAccessible(page);
  await dock(page).getByLabel('Permission mode after the plan').selectOption({ label: 'Accept edits' });
  await dock(page).getByRole('button', { name: /^Approve the plan/ }).click();
  await expect(thread(page).getByText('Roofed.', { exact: true })).toBeVisible();
  expect(readFileSync(join(project.path, 'roof.txt'), 'utf8').trim()).toBe('dry');
  expect((await stage.card(id)).permission_mode).toBe('acceptEdits');
});

test('a permission that was asked for is still answerable after a restart of server and browser', async ({ page, stage, project, watch, device }) => {
  watch.allow(...AWAY);
  const id = await asks(stage, project, 'write: kept.txt | still here\nsay: Kept.');
  await open(page, id);
  await expect(dock(page).getByRole('button', { name: /^Allow/ })).toBeVisible();
  await stage.kill();
  await stage.start();
  const other = await device();
  await open(other, id);
  await dock(other).getByRole('button', { name: /^Allow/ }).click();
  for (const one of [other, page]) await expect(thread(one).getByText('Kept.', { exact: true })).toBeVisible();
  await expect(tool(other, /^Write kept\.txt/)).toContainText(`Allowed by ${LABELS.second}`);
  expect((await stage.history(id)).filter((event) => event.kind === 'approval_settled')).toHaveLength(1);
});
