// A session on another branch: one that is there, one that only a remote has, a new one, and the refusal where work would be
// lost. What git is on is asked of git.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { act, sessionOf } from './fixtures/hands.ts';
import { type Project, expect, expectAccessible, expectNoOverflow, test } from './fixtures/roost.ts';
import { awake } from './fixtures/watch.ts';

const LONG = 'team/payments/2026-11-retry-deliveries-with-exponential-backoff-and-jitter-when-the-endpoint-answers-429';

function git(project: Project, ...args: string[]): string {
  const own = ['-c', 'user.name=Story', '-c', 'user.email=story@localhost', '-c', 'core.hooksPath=/dev/null'];
  return execFileSync('git', [...own, ...args], { cwd: project.path, encoding: 'utf8' }).trim();
}

/** A branch with another README than `main` has. */
function branchOf(project: Project, name: string): void {
  git(project, 'switch', '--quiet', '--create', name);
  writeFileSync(join(project.path, 'README.md'), `# ${name}\n`);
  git(project, 'commit', '--quiet', '--all', '--message', `The README of ${name}`);
  git(project, 'switch', '--quiet', 'main');
}

const branch = (page: Page): Locator => page.getByRole('button', { name: /^Branch / });
const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Branch' });
const search = (page: Page): Locator => dialog(page).getByRole('textbox', { name: 'Search, or name a new branch' });

async function form(page: Page, project: Project): Promise<void> {
  await page.goto(`/new?project=${project.id}`);
  await awake(page);
  await page.getByRole('textbox', { name: 'What is to be done?' }).fill('say: on it');
}

async function start(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  return sessionOf(page);
}

test('a session starts on the branch that was chosen', async ({ page, stage, project }) => {
  branchOf(project, 'topic');
  branchOf(project, LONG);
  git(project, 'remote', 'add', 'origin', '/nowhere');
  git(project, 'update-ref', 'refs/remotes/origin/main', 'main');
  git(project, 'update-ref', 'refs/remotes/origin/far', 'main');
  await form(page, project);
  await expect(branch(page)).toHaveText('main');
  await branch(page).click();
  const lines = dialog(page).getByRole('button', { name: /main|topic|far|payments/ });
  await expect(lines).toHaveText([/^main.*Current/, /1 not pushed/, /1 not pushed/, 'far']);
  await expect(dialog(page).getByText('Only on a remote')).toBeVisible();
  await expectAccessible(page);
  await expectNoOverflow(page);
  await search(page).fill('TOP');
  await expect(lines).toHaveText([/^topic/, 'Create branch “TOP” from main']);
  await lines.first().click();
  await expect(dialog(page)).toBeHidden();
  await expect(branch(page)).toHaveText('topic');
  await expect(page.getByText('Is checked out when the session starts.')).toBeVisible();
  expect(git(project, 'branch', '--show-current')).toBe('main');
  const id = await start(page);
  expect(git(project, 'branch', '--show-current')).toBe('topic');
  await stage.until(id, (card) => card.status === 'idle');
  await act(page, 'Archive');
  const ask = page.getByRole('dialog', { name: 'Archive a live session?' });
  await expect(ask).toContainText('1 commit of topic is on no remote.');
  await page.goto(`/projects/${project.id}`);
  await expect(page.getByText('1 commit', { exact: true })).toBeVisible();

  await form(page, project);
  await branch(page).click();
  await dialog(page).getByRole('button', { name: 'far' }).click();
  await start(page);
  expect(git(project, 'rev-parse', '--abbrev-ref', 'far@{upstream}')).toBe('origin/far');
});

test('a branch is made by its name, and every page shows it', async ({ page, project, device }) => {
  const other = await device();
  await other.goto(`/projects/${project.id}`);
  await awake(other);
  await expect(other.getByRole('main').getByText('main', { exact: true })).toBeVisible();
  await form(page, project);
  await branch(page).click();
  await search(page).fill('fix/login');
  await expect(dialog(page).getByRole('button', { name: 'Create branch “fix/login” from main' })).toBeVisible();
  await search(page).press('Enter');
  await expect(branch(page)).toHaveText(/fix\/login\s*New/);
  await start(page);
  expect(git(project, 'branch', '--show-current')).toBe('fix/login');
  await expect(other.getByRole('main').getByText('fix/login', { exact: true })).toBeVisible();
});

test('where changes would be lost it is refused in words, and nothing is', async ({ page, project, watch }) => {
  branchOf(project, 'topic');
  const readme = join(project.path, 'README.md');
  writeFileSync(readme, 'mine\n');
  await form(page, project);
  await branch(page).click();
  await dialog(page).getByRole('button', { name: /^topic/ }).click();
  // The refusal is what is looked for.
  watch.allow(/\b409\b/);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.getByRole('alert')).toHaveText(/would be overwritten by checkout: README\.md\. Please commit your changes or stash them/);
  await expect(page.getByRole('alert')).toBeInViewport();
  await expect(page.getByRole('textbox', { name: 'What is to be done?' })).toHaveValue('say: on it');
  await expect(branch(page)).toHaveText('topic');
  expect(readFileSync(readme, 'utf8')).toBe('mine\n');
  expect(git(project, 'branch', '--show-current')).toBe('main');
  await branch(page).click();
  await dialog(page).getByRole('button', { name: /^main/ }).click();
  await start(page);
  expect(git(project, 'branch', '--show-current')).toBe('main');
});
