// A session in a worktree of its own, from its start over the merge to the removal; what is removed anyway, and put back. What is
// on the disk is asked of git and of the disk.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { sessionOf, thread } from './fixtures/hands.ts';
import { type Project, expect, expectAccessible, expectNoOverflow, test } from './fixtures/roost.ts';
import { awake } from './fixtures/watch.ts';

function git(at: string, ...args: string[]): string {
  const own = ['-c', 'user.name=Story', '-c', 'user.email=story@localhost', '-c', 'core.hooksPath=/dev/null'];
  return execFileSync('git', [...own, ...args], { cwd: at, encoding: 'utf8' }).trim();
}

const tree = (project: Project, name: string): string => join(`${project.path}.worktrees`, name);
const card = (page: Page, name: string): Locator =>
  page.getByRole('list', { name: 'Worktrees' }).getByRole('listitem', { name, exact: true });

async function start(page: Page, project: Project, branch: string, prompt: string): Promise<string> {
  await page.goto(`/new?project=${project.id}`);
  await awake(page);
  await page.getByRole('textbox', { name: 'What is to be done?' }).fill(prompt);
  await page.getByRole('checkbox', { name: /In a worktree of its own/ }).check();
  await page.getByRole('textbox', { name: 'New branch' }).fill(branch);
  await page.getByRole('combobox', { name: 'Permissions' }).selectOption('acceptEdits');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  return sessionOf(page);
}

async function list(page: Page, project: Project): Promise<void> {
  await page.goto(`/projects/${project.id}/worktrees`);
  await awake(page);
}

test('a session works in a worktree of its own until its commits are merged and it is removed', async ({ page, stage, project }) => {
  // The committer of the merge is whom the repository names.
  git(project.path, 'config', 'user.name', 'Story');
  git(project.path, 'config', 'user.email', 'story@localhost');
  await page.goto(`/new?project=${project.id}`);
  await awake(page);
  await page.getByRole('checkbox', { name: /In a worktree of its own/ }).check();
  await expect(page.getByRole('combobox', { name: 'Starts from' })).toHaveText(/main \(default\)/);
  await expectAccessible(page);
  await expectNoOverflow(page);
  await page.getByRole('textbox', { name: 'What is to be done?' }).fill('Say hello, please');
  await expect(page.getByRole('textbox', { name: 'New branch' })).toHaveAttribute('placeholder', 'say-hello-please');

  const id = await start(page, project, 'fix/login', 'write: hello.txt | hello\nsay: Written.');
  await expect(thread(page).getByText('Written.', { exact: true })).toBeVisible();
  await stage.until(id, (one) => one.status === 'idle');
  const there = tree(project, 'fix-login');
  expect(readFileSync(join(there, 'hello.txt'), 'utf8')).toContain('hello');
  expect(existsSync(join(project.path, 'hello.txt'))).toBe(false);
  git(there, 'add', '.');
  git(there, 'commit', '--quiet', '--message', 'Hello');

  await list(page, project);
  await expect(card(page, 'fix/login')).toContainText('1 ahead of main');
  await expectAccessible(page);
  await expectNoOverflow(page);
  await card(page, 'fix/login').getByRole('link', { name: 'Files' }).click();
  await expect(page.getByText('hello.txt', { exact: true })).toBeVisible();
  await page.goBack();
  await awake(page);
  await card(page, 'fix/login').getByRole('button', { name: 'Bring back…' }).click();
  const bring = page.getByRole('dialog', { name: 'Bring fix/login into main' });
  await bring.getByText('Squash', { exact: true }).click();
  await expectAccessible(page);
  await bring.getByRole('button', { name: 'Bring back' }).click();
  await expect(bring).toBeHidden();
  expect(git(project.path, 'log', '-1', '--format=%s', 'main')).toBe('Hello');
  expect(existsSync(join(project.path, 'hello.txt'))).toBe(true);

  await stage.api('POST', `/sessions/${id}/complete`, {});
  await stage.until(id, (one) => one.status === 'completed');
  await list(page, project);
  await card(page, 'fix/login').getByRole('button', { name: 'Remove…' }).click();
  const remove = page.getByRole('dialog', { name: 'Remove fix/login?' });
  await remove.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(remove).toBeHidden();
  await expect(page.getByText(/^No worktrees\./)).toBeVisible();
  expect(existsSync(there)).toBe(false);
  expect(git(project.path, 'branch', '--format=%(refname:short)')).toBe('main');
});

test('what would be lost is said, kept in the trash and put back', async ({ page, stage, project, watch }) => {
  // The first try is refused.
  watch.allow(/\b409\b/);
  const id = await start(page, project, 'try', 'say: hi');
  await stage.until(id, (one) => one.status === 'idle');
  await stage.api('POST', `/sessions/${id}/complete`, {});
  await stage.until(id, (one) => one.status === 'completed');
  writeFileSync(join(tree(project, 'try'), 'mine.txt'), 'mine');
  await list(page, project);
  await expect(card(page, 'try')).toContainText('1 file not committed');
  await card(page, 'try').getByRole('button', { name: 'Remove…' }).click();
  const remove = page.getByRole('dialog', { name: 'Remove try?' });
  await remove.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(remove.getByRole('alert')).toHaveText(/1 file is not committed/);
  await expectAccessible(page);
  await remove.getByRole('button', { name: 'Remove anyway, into the trash' }).click();
  const trash = page.getByRole('region', { name: 'Trash' });
  await expect(trash.getByRole('listitem', { name: 'try', exact: true })).toBeVisible();
  expect(existsSync(tree(project, 'try'))).toBe(false);
  await expectAccessible(page);
  await expectNoOverflow(page);
  await trash.getByRole('button', { name: 'Put back' }).click();
  await expect(card(page, 'try')).toContainText('1 file not committed');
  expect(readFileSync(join(tree(project, 'try'), 'mine.txt'), 'utf8')).toBe('mine');
});

test('a new worktree gets ignored files and is set up before the first prompt, and a set-up that fails is said', async ({ page, stage, project }) => {
  writeFileSync(join(project.path, '.gitignore'), '.env\n');
  writeFileSync(join(project.path, '.env'), 'KEY=1\n');
  git(project.path, 'add', '.gitignore');
  git(project.path, 'commit', '--quiet', '--message', 'Ignore');
  await list(page, project);
  await page.getByText('What new worktrees get').click();
  await expect(page.getByRole('textbox', { name: 'Ignored files to copy' })).toHaveValue('.env*');
  await page.getByRole('textbox', { name: 'Set-up command' }).fill('echo this is not set up; exit 3');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const settings = async (): Promise<string> => {
    const all = await stage.api<{ settings: { setup: string } }>('GET', `/projects/${project.id}/worktrees`);
    return all.settings.setup;
  };
  await expect.poll(settings).toContain('exit 3');

  await page.goto(`/new?project=${project.id}`);
  await awake(page);
  await page.getByRole('textbox', { name: 'What is to be done?' }).fill('say: hi');
  await page.getByRole('checkbox', { name: /In a worktree of its own/ }).check();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const id = await sessionOf(page);
  await expect(page.getByText('Its worktree is not set up. What was typed is kept.')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Messages that wait' })).toContainText('say: hi');
  await expectAccessible(page);
  await expectNoOverflow(page);
  await page.getByRole('link', { name: 'See the log' }).click();
  await awake(page);
  await expect(page.locator('.xterm-rows')).toContainText('this is not set up');
  await page.goBack();
  await awake(page);
  await page.getByRole('button', { name: 'Start anyway' }).click();
  await stage.until(id, (one) => one.status === 'idle');
  await expect(page.getByRole('button', { name: 'Start anyway' })).toBeHidden();
  expect(readFileSync(join(tree(project, 'say-hi'), '.env'), 'utf8')).toBe('KEY=1\n');
});

test('a slow set-up holds nobody up: the session says so, keeps what is typed, and can be cancelled', async ({ page, stage, project }) => {
  const go = join(stage.folder(), 'go');
  const setup = `until [ -e ${go} ]; do sleep 0.05; done`;
  await stage.api('PUT', `/projects/${project.id}/worktrees/settings`, { copy: '', setup });
  const id = await start(page, project, 'slow', 'say: first');
  await expect(page.getByText('Its worktree is being set up. What is typed waits.')).toBeVisible();
  await expectAccessible(page);
  await expectNoOverflow(page);
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await stage.until(id, (one) => one.status === 'stopped');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.getByText('Its worktree is being set up. What is typed waits.')).toBeVisible();
  await page.reload();
  await awake(page);
  await expect(page.getByText('Its worktree is being set up. What is typed waits.')).toBeVisible();
  writeFileSync(go, '');
  await expect(thread(page).getByText('first', { exact: true })).toBeVisible();
  await stage.until(id, (one) => one.status === 'idle');
});

test('a branch is pushed and leads to the page of a pull request', async ({ page, stage, project }) => {
  const remote = join(stage.folder(), 'remote.git');
  git(project.path, 'init', '--quiet', '--bare', '--initial-branch=main', remote);
  // Its pages are elsewhere than where it is pushed to; nobody is asked for them.
  git(project.path, 'remote', 'add', 'origin', 'https://story:secret@github.com/story/sample.git');
  git(project.path, 'remote', 'set-url', '--push', 'origin', remote);
  git(project.path, 'push', '--quiet', 'origin', 'HEAD:main');
  const id = await start(page, project, 'fix/it', 'say: hi');
  await stage.until(id, (one) => one.status === 'idle');
  const there = tree(project, 'fix-it');
  writeFileSync(join(there, 'it.txt'), 'it\n');
  git(there, 'add', '.');
  git(there, 'commit', '--quiet', '--message', 'Fix it');

  await list(page, project);
  await card(page, 'fix/it').getByRole('button', { name: 'Pull request…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pull request of fix/it' });
  await expect(dialog.getByText('The branch is pushed to origin first.')).toBeVisible();
  await expectAccessible(page);
  await expectNoOverflow(page);
  await dialog.getByRole('button', { name: 'Push', exact: true }).click();
  const link = dialog.getByRole('link', { name: 'Open a pull request' });
  await expect(link).toHaveAttribute('href', 'https://github.com/story/sample/compare/main...fix/it?expand=1');
  await expect(link).toHaveAttribute('rel', /noopener/);
  expect(git(remote, 'log', '-1', '--format=%s', 'fix/it')).toBe('Fix it');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Close' }).first().click();

  await card(page, 'fix/it').getByRole('link', { name: 'Changes' }).click();
  await awake(page);
  const ship = page.getByRole('region', { name: 'Commit and push' });
  await expect(ship.getByRole('link', { name: 'Open a pull request' })).toBeVisible();
  await expectNoOverflow(page);
});

test('the list changes by itself, what is asked over it stays, and a worktree lists its sessions', async ({ page, stage, project }) => {
  const make = (branch: string): Promise<{ id: string; worktree_id: string }> =>
    stage.api('POST', '/sessions', { project_id: project.id, prompt: 'say: hi', mode: 'job', name: `In ${branch}`, worktree: { branch } });
  await list(page, project);
  await expect(page.getByText(/^No worktrees\./)).toBeVisible();
  const one = await make('one');
  await expect(card(page, 'one')).toBeVisible();
  await card(page, 'one').getByRole('button', { name: 'Remove…' }).click();
  const remove = page.getByRole('dialog', { name: 'Remove one?' });
  await expect(remove).toBeVisible();
  await make('two');
  await expect(page.locator('.worktree h2', { hasText: 'two' })).toBeVisible();
  await expect(remove).toBeVisible();
  await remove.getByRole('button', { name: 'Cancel' }).click();
  await page.goto(`/projects/${one.worktree_id}`);
  await awake(page);
  await expect(page.getByText('In one', { exact: true }).first()).toBeAttached();
  await expect(page.getByText('In two', { exact: true })).toHaveCount(0);
});
