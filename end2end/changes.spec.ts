// What changed in a project: its page, and what git is in the middle of. What git thinks of it is asked of git.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { thread } from './fixtures/hands.ts';
import { type Project, expect, expectAccessible, expectNoOverflow, test } from './fixtures/roost.ts';
import { awake } from './fixtures/watch.ts';

function git(project: Project, ...args: string[]): string {
  const own = ['-c', 'user.name=Story', '-c', 'user.email=story@localhost', '-c', 'core.hooksPath=/dev/null'];
  return execFileSync('git', [...own, ...args], { cwd: project.path, encoding: 'utf8' }).trim();
}

async function open(page: Page, project: Project): Promise<Locator> {
  await page.goto(`/projects/${project.id}/changes`);
  await awake(page);
  return page.getByRole('main');
}

test('the changes of a project have a page of their own', async ({ page, project }) => {
  writeFileSync(join(project.path, 'README.md'), '# Changed\n');
  writeFileSync(join(project.path, 'new.rs'), 'fn main() {}\n');
  git(project, 'add', 'new.rs');
  await page.goto(`/projects/${project.id}`);
  await awake(page);
  await page.getByRole('link', { name: 'Changes' }).click();
  await expect(page).toHaveURL(/\/changes$/);
  const main = page.getByRole('main');
  await expect(main.getByRole('button', { name: /^A ?new\.rs/ })).toBeVisible();
  await main.getByRole('button', { name: /^M ?README\.md/ }).click();
  await expect(main.getByRole('region', { name: 'Change' })).toContainText('# Changed');
  await expectAccessible(page);
  await expectNoOverflow(page);
  await main.getByRole('link', { name: project.name }).click();
  await expect(page).toHaveURL(new RegExp(`/projects/${project.id}$`));
});

test('files and groups are staged and unstaged', async ({ page, project, watch }) => {
  watch.allow(/409.*git\/stage/);
  writeFileSync(join(project.path, 'README.md'), '# Changed\n');
  writeFileSync(join(project.path, 'new.rs'), 'fn main() {}\n');
  const staged = (): string => git(project, 'diff', '--cached', '--name-only');
  const main = await open(page, project);
  await main.getByRole('button', { name: 'Stage README.md', exact: true }).click();
  await expect(main.getByRole('button', { name: 'Unstage README.md', exact: true })).toBeVisible();
  expect(staged()).toBe('README.md');
  await main.getByRole('button', { name: 'Stage all', exact: true }).click();
  await expect(main.getByRole('button', { name: 'Unstage new.rs', exact: true })).toBeVisible();
  expect(staged()).toBe('README.md\nnew.rs');
  await expectAccessible(page);
  await expectNoOverflow(page);
  await main.getByRole('button', { name: 'Unstage all', exact: true }).click();
  await expect(main.getByRole('button', { name: 'Stage README.md', exact: true })).toBeVisible();
  expect(staged()).toBe('');
  // What changed is asked for again by itself; here the answer is late.
  await page.route('**/api/ui/git/changes', () => undefined);
  writeFileSync(join(project.path, 'README.md'), '# Changed again\n');
  await main.getByRole('button', { name: 'Stage README.md', exact: true }).click();
  await expect(page.getByText('README.md was changed since it was shown.')).toBeVisible();
  expect(staged()).toBe('');
});

/** A text of thirty lines whose first and last one are these. */
function text(first: string, last: string): string {
  return [first, ...Array.from({ length: 28 }, (_, n) => `line ${n}`), last, ''].join('\n');
}

/** Where the number of a line stands. */
const AT = { x: 8, y: 8 };

/** The first line of a kind. */
const first = (diff: Locator, kind: string): Locator => diff.locator(kind).first();

/** Opens the change of a file, and gives it. */
async function change(main: Locator, name: RegExp): Promise<Locator> {
  await main.getByRole('button', { name }).click();
  return main.getByRole('region', { name: 'Change' });
}

/** Changes the first and the last line of a file, and opens its change. */
async function twoHunks(page: Page, project: Project): Promise<{ main: Locator; diff: Locator }> {
  writeFileSync(join(project.path, 'a.txt'), text('first', 'last'));
  git(project, 'add', 'a.txt');
  git(project, 'commit', '--quiet', '--message', 'A');
  writeFileSync(join(project.path, 'a.txt'), text('FIRST', 'LAST'));
  const main = await open(page, project);
  const diff = await change(main, /^M ?a\.txt/);
  await expect(diff.getByRole('button', { name: /^Stage hunk/ })).toHaveCount(2);
  return { main, diff };
}

test('hunks and lines are staged and unstaged', async ({ page, project }) => {
  const { main, diff } = await twoHunks(page, project);
  await expectAccessible(page);
  await expectNoOverflow(page);
  await diff.getByRole('button', { name: 'Stage hunk 1' }).click();
  await expect(diff.getByRole('button', { name: /^Stage hunk/ })).toHaveCount(1);
  expect(git(project, 'show', ':a.txt')).toBe(text('FIRST', 'last').trim());
  await first(diff, '.dl.d').click({ position: AT });
  const chosen = main.getByRole('group', { name: 'Chosen lines' });
  await expectAccessible(page);
  await expectNoOverflow(page);
  await chosen.getByRole('button', { name: 'Stage 1 line' }).click();
  await expect(diff.locator('.dl.d')).toHaveCount(0);
  expect(git(project, 'show', ':a.txt')).toBe(text('FIRST', '').trim());
  await page.keyboard.press('s');
  await expect(main.getByRole('heading', { name: /^Changed/ })).toHaveCount(0);
  expect(git(project, 'diff', '--name-only')).toBe('');
});

test('keys lead from line to line, choose them, and stage what is chosen', async ({ page, project }) => {
  const { main, diff } = await twoHunks(page, project);
  const at = diff.locator('#diff-cursor');
  await page.keyboard.press('j');
  await expect(at).toHaveText(/first/);
  await expect(main.getByText('Removed line 1: first')).toBeAttached();
  await page.keyboard.press('Space');
  await expect(main.getByText('Removed line 1, chosen: first')).toBeAttached();
  await page.keyboard.press('Shift+J');
  await expect(at).toHaveText(/FIRST/);
  await expect(diff.locator('.dl.on')).toHaveCount(2);
  await expectAccessible(page);
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await expect(diff.locator('.dl.on')).toHaveCount(1);
  await expect(diff.locator('.dl.on')).toHaveText(/FIRST/);
  await page.keyboard.press('s');
  await expect(main.getByRole('button', { name: 'Unstage a.txt', exact: true })).toBeVisible();
  expect(git(project, 'show', ':a.txt')).toBe(`first\n${text('FIRST', 'last').trim()}`);
  // What is typed is no command.
  await main.getByRole('textbox', { name: 'Commit message' }).fill('');
  await main.getByRole('textbox', { name: 'Commit message' }).pressSequentially('jk s');
  await expect(main.getByRole('textbox', { name: 'Commit message' })).toHaveValue('jk s');
  await main.getByRole('textbox', { name: 'Commit message' }).blur();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  await expect(sheet.getByText('Next line of a change')).toBeVisible();
  await expect(sheet.getByText('Choose the line, or give it back')).toBeVisible();
});

test('a comment that is being written survives a reload', async ({ page, project }) => {
  writeFileSync(join(project.path, 'README.md'), '# Changed\n');
  const main = await open(page, project);
  let diff = await change(main, /^M ?README\.md/);
  await first(diff, '.dl.a').click({ position: AT });
  await main.getByRole('group', { name: 'Chosen lines' }).getByRole('button', { name: 'Comment' }).click();
  const box = main.getByRole('textbox', { name: 'Comment', exact: true });
  await box.fill('Half a thou');
  await page.reload();
  await awake(page);
  diff = await change(main, /^M ?README\.md/);
  await expect(main.getByText('README.md, line 1', { exact: true })).toBeVisible();
  await expect(box).toHaveValue('Half a thou');
  await box.fill('A thought.');
  await main.getByRole('button', { name: 'Keep the comment' }).click();
  await expect(diff.getByRole('article', { name: 'Comment' })).toContainText('A thought.');
  await page.reload();
  await awake(page);
  diff = await change(main, /^M ?README\.md/);
  await expect(diff.getByRole('article', { name: 'Comment' })).toContainText('A thought.');
  await expect(box).toHaveCount(0);
});

test('what is discarded comes back, unless something newer is there', async ({ page, project, watch }) => {
  watch.allow(/409.*git\/put-back/);
  const [readme, fresh] = [join(project.path, 'README.md'), join(project.path, 'new.rs')];
  const before = readFileSync(readme, 'utf8');
  writeFileSync(readme, '# Changed\n');
  writeFileSync(fresh, 'fn main() {}\n');
  const main = await open(page, project);
  const ask = page.getByRole('dialog', { name: 'Discard changes?' });
  await main.getByRole('button', { name: 'Discard README.md', exact: true }).click();
  await expect(ask).toContainText('The changes of README.md that are not staged are lost.');
  await expectAccessible(page);
  await ask.getByRole('button', { name: 'Cancel' }).click();
  expect(readFileSync(readme, 'utf8')).toBe('# Changed\n');
  await main.getByRole('button', { name: 'Discard README.md', exact: true }).click();
  await ask.getByRole('button', { name: 'Discard', exact: true }).click();
  await expect(main.getByRole('button', { name: 'Stage README.md', exact: true })).toHaveCount(0);
  expect(readFileSync(readme, 'utf8')).toBe(before);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(main.getByRole('button', { name: 'Stage README.md', exact: true })).toBeVisible();
  expect(readFileSync(readme, 'utf8')).toBe('# Changed\n');
  await main.getByRole('button', { name: 'Discard new.rs', exact: true }).click();
  await ask.getByRole('button', { name: 'Discard', exact: true }).click();
  await expect(main.getByRole('button', { name: 'Stage new.rs', exact: true })).toHaveCount(0);
  expect(existsSync(fresh)).toBe(false);
  writeFileSync(fresh, '// newer\n');
  await main.getByRole('button', { name: 'Discarded', exact: true }).click();
  const list = page.getByRole('dialog', { name: 'Discarded' });
  await expectAccessible(page);
  await list.getByRole('button', { name: 'Put back new.rs' }).click();
  await expect(page.getByText('new.rs was changed since it was discarded')).toBeVisible();
  expect(readFileSync(fresh, 'utf8')).toBe('// newer\n');
  rmSync(fresh);
  await list.getByRole('button', { name: 'Put back new.rs' }).click();
  await expect(list.getByText('What is discarded is kept here for a week.')).toBeVisible();
  expect(readFileSync(fresh, 'utf8')).toBe('fn main() {}\n');
});

test('comments on lines reach the agent as one message', async ({ page, stage, project }) => {
  const card = await stage.rested(project, 'say: ready', { mode: 'session' });
  writeFileSync(join(project.path, 'README.md'), '# Changed\n');
  writeFileSync(join(project.path, 'new.rs'), 'fn main() {}\n');
  const main = await open(page, project);
  const comment = async (name: RegExp, words: string): Promise<void> => {
    const diff = await change(main, name);
    await first(diff, '.dl.a').click({ position: AT });
    await main.getByRole('group', { name: 'Chosen lines' }).getByRole('button', { name: 'Comment' }).click();
    await main.getByRole('textbox', { name: 'Comment' }).fill(words);
    await main.getByRole('button', { name: 'Keep the comment' }).click();
    await expect(diff.getByRole('article', { name: 'Comment' })).toContainText(words);
  };
  await comment(/^M ?README\.md/, 'Say what changed.');
  await comment(/^\? ?new\.rs/, 'This needs a test.');
  await expectAccessible(page);
  await expectNoOverflow(page);
  await page.reload();
  await awake(page);
  await main.getByRole('button', { name: '2 comments' }).click();
  const list = page.getByRole('dialog', { name: 'Comments' });
  await expect(list.getByRole('article')).toHaveCount(2);
  await list.getByRole('button', { name: 'Edit the comment on README.md, line 1' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit the comment' });
  await edit.getByRole('textbox', { name: 'Comment' }).fill('Say why.');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(list.getByText('Say why.')).toBeVisible();
  await expectAccessible(page);
  await list.getByRole('button', { name: 'Send to the agent' }).click();
  await expect(main.getByRole('button', { name: '2 comments' })).toHaveCount(0);
  await page.goto(`/sessions/${card.id}`);
  await awake(page);
  await expect(thread(page).getByText('Say why.')).toBeVisible();
  await expect(thread(page).getByText('You said “2 comments on your changes: README.md, line 1:…”')).toBeVisible();
});

test('files that the session touched are marked, and can stand alone', async ({ page, stage, project }, info) => {
  const script = 'read: README.md\nwrite: made.txt | one\nedit: made.txt | one | two\nread: made.txt\nsay: Made.';
  const card = await stage.rested(project, script, { mode: 'session', permission_mode: 'acceptEdits' });
  writeFileSync(join(project.path, 'README.md'), '# Changed\n');
  writeFileSync(join(project.path, 'other.txt'), 'by hand\n');
  const touched = await stage.api<{ path: string; how: string }[]>('GET', `/sessions/${card.id}/touched`);
  expect(touched.map((file) => [file.path, file.how])).toEqual([
    ['README.md', 'read'],
    ['made.txt', 'written'],
  ]);
  await page.goto(`/sessions/${card.id}`);
  await awake(page);
  if (info.project.name === 'phone') await page.getByRole('button', { name: 'Changes and details' }).click();
  await page.getByRole('tab', { name: /^Changes/ }).click();
  const side = page.getByRole('complementary', { name: 'Inspector' });
  await expect(side.getByRole('button', { name: /README\.md.*read by this session/ })).toBeVisible();
  await expect(side.getByRole('button', { name: /made\.txt.*written by this session/ })).toBeVisible();
  await expect(side.getByRole('button', { name: /^\? ?other\.txt/ })).toBeVisible();
  await side.getByRole('button', { name: 'Only touched by this session' }).click();
  await expect(side.getByRole('button', { name: /^\? ?other\.txt/ })).toHaveCount(0);
  await expect(side.getByRole('button', { name: /^\? ?made\.txt/ })).toBeVisible();
  await expectAccessible(page);
  await expectNoOverflow(page);
});

test('a merge with a conflict is told with what to do next', async ({ page, project }) => {
  git(project, 'switch', '--quiet', '--create', 'theirs');
  writeFileSync(join(project.path, 'README.md'), '# Theirs\n');
  git(project, 'commit', '--quiet', '--all', '--message', 'Theirs');
  git(project, 'switch', '--quiet', '--create', 'ours', '--track', 'main');
  writeFileSync(join(project.path, 'README.md'), '# Ours\n');
  git(project, 'commit', '--quiet', '--all', '--message', 'Ours');
  expect(() => git(project, 'merge', '--quiet', 'theirs')).toThrow();
  const main = await open(page, project);
  await expect(main.getByText('1 ahead of main')).toBeVisible();
  await expect(main.getByText('A merge is under way. Resolve the file in conflict and stage it')).toBeVisible();
  await main.getByRole('button', { name: /^U ?README\.md/ }).click();
  await expect(main.getByRole('region', { name: 'Change' })).toContainText('<<<<<<<');
  await expectAccessible(page);
  await expectNoOverflow(page);
});

test('more files than fit are counted, and shown when they are wanted', async ({ page, project }) => {
  for (let n = 0; n < 501; n += 1) writeFileSync(join(project.path, `f${1000 + n}`), 'x\n');
  const main = await open(page, project);
  await expect(main.getByRole('heading', { name: 'Untracked 501' })).toBeVisible();
  await expect(main.getByRole('button', { name: /^\? ?f1500/ })).toHaveCount(0);
  await main.getByRole('button', { name: 'Show more: 1 left' }).click();
  await expect(main.getByRole('button', { name: /^\? ?f1500/ })).toBeVisible();
  await expect(main.getByRole('button', { name: /Show more/ })).toHaveCount(0);
});

test('a project that does not exist has no changes', async ({ page, project, watch }) => {
  watch.allow(/404.*changes/);
  const missing = await page.goto(`/projects/${project.id.replace(/.$/, (last) => (last === '0' ? '1' : '0'))}/changes`);
  expect(missing?.status()).toBe(404);
  await expect(page.getByText('There is no such project')).toBeVisible();
});
