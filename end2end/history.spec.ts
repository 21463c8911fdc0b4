// What was committed, put aside and branched off, on the page of a project. What git thinks of it is asked of git.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { type Project, expect, expectAccessible, expectNoOverflow, test } from './fixtures/roost.ts';
import { awake } from './fixtures/watch.ts';

function git(project: Project, ...args: string[]): string {
  const own = ['-c', 'user.name=Story', '-c', 'user.email=story@localhost', '-c', 'core.hooksPath=/dev/null'];
  return execFileSync('git', [...own, ...args], { cwd: project.path, encoding: 'utf8' }).trim();
}

function commit(project: Project, file: string, text: string): void {
  writeFileSync(join(project.path, file), text);
  git(project, 'add', '--', file);
  git(project, 'commit', '--quiet', '--message', text.trim());
}

async function open(page: Page, project: Project): Promise<Locator> {
  await page.goto(`/projects/${project.id}/history`);
  await awake(page);
  return page.getByRole('main');
}

test('the log shows branches and merges, and a commit its files and their authors', async ({ page, project }) => {
  git(project, 'switch', '--quiet', '--create', 'topic');
  commit(project, 'topic.txt', 'On the topic\n');
  git(project, 'switch', '--quiet', 'main');
  commit(project, 'main.txt', 'On main\n');
  git(project, 'merge', '--quiet', '--no-edit', 'topic');
  git(project, 'switch', '--quiet', '--create', 'aside', 'HEAD~1');
  commit(project, 'aside.txt', 'Beside it\n');
  git(project, 'switch', '--quiet', 'main');
  await page.goto(`/projects/${project.id}`);
  await awake(page);
  await page.getByRole('link', { name: 'History' }).click();
  const main = page.getByRole('main');
  await expect(main.getByRole('button', { name: /^Merge branch 'topic'/ })).toBeVisible();
  await expect(main.getByRole('button', { name: /^Beside it/ })).toHaveCount(0);
  await main.getByRole('button', { name: 'all branches' }).click();
  await expect(main.getByRole('button', { name: /^Beside it/ })).toBeVisible();
  await expectAccessible(page);
  await expectNoOverflow(page);
  await main.getByRole('button', { name: /^On the topic/ }).click();
  const shown = main.getByRole('region', { name: 'Commit' });
  await expect(shown.getByRole('heading', { name: 'On the topic' })).toBeVisible();
  await shown.getByRole('button', { name: /^topic\.txt/ }).click();
  await expect(shown.getByRole('region', { name: 'Change' })).toContainText('On the topic');
  await shown.getByRole('button', { name: 'Who wrote the lines of topic.txt' }).click();
  await expect(shown.getByRole('region', { name: 'Who wrote it' })).toContainText('Story');
  await expectAccessible(page);
  await expectNoOverflow(page);
  await shown.getByRole('button', { name: 'Close the commit' }).click();
  await expect(shown).toHaveCount(0);
});

test('changes are put aside, forgotten and brought back', async ({ page, project }) => {
  git(project, 'config', 'user.name', 'Story');
  git(project, 'config', 'user.email', 'story@localhost');
  const readme = join(project.path, 'README.md');
  const before = readFileSync(readme, 'utf8');
  writeFileSync(readme, 'For later\n');
  const main = await open(page, project);
  await main.getByText('Stashes', { exact: true }).click();
  await main.getByRole('textbox', { name: 'Put changes aside' }).fill('a better name');
  await main.getByRole('button', { name: 'Stash', exact: true }).click();
  await expect(main.getByText('On main: a better name', { exact: true })).toBeVisible();
  expect(readFileSync(readme, 'utf8')).toBe(before);
  await expectAccessible(page);
  await expectNoOverflow(page);
  await main.getByRole('button', { name: 'Drop', exact: true }).click();
  await expect(main.getByText('Nothing is put aside')).toBeVisible();
  await main.getByRole('button', { name: 'Undo' }).click();
  await expect(main.getByText('On main: a better name', { exact: true })).toBeVisible();
  await main.getByRole('button', { name: 'Pop', exact: true }).click();
  await expect(main.getByText('What was put aside is back.')).toBeVisible();
  expect(readFileSync(readme, 'utf8')).toBe('For later\n');
});

test('branches are compared, and one that is not merged is deleted after a second question', async ({ page, project }) => {
  git(project, 'switch', '--quiet', '--create', 'topic');
  commit(project, 'topic.txt', 'On the topic\n');
  const tip = git(project, 'rev-parse', 'topic');
  git(project, 'switch', '--quiet', 'main');
  const main = await open(page, project);
  await main.getByText('Branches', { exact: true }).click();
  await main.getByRole('button', { name: 'Compare topic with main' }).click();
  const both = main.getByRole('region', { name: 'Comparison' });
  await expect(both.getByText('1 commit ahead, 0 behind.')).toBeVisible();
  await expect(both.getByRole('button', { name: /^topic\.txt/ })).toBeVisible();
  await expectAccessible(page);
  await expectNoOverflow(page);
  await both.getByRole('button', { name: 'Close the comparison' }).click();
  await main.getByRole('button', { name: 'Delete the branch topic' }).click();
  await expect(main.getByText('Commits of the branch are on no other one.')).toBeVisible();
  await main.getByRole('button', { name: 'Delete anyway' }).click();
  await expect(main.getByText(`The branch topic is gone; it was at ${tip.slice(0, 7)}.`)).toBeVisible();
  expect(git(project, 'branch', '--list', 'topic')).toBe('');
  await main.getByRole('button', { name: 'Undo' }).click();
  await expect(main.getByRole('button', { name: 'Delete the branch topic' })).toBeVisible();
  expect(git(project, 'rev-parse', 'topic')).toBe(tip);
});
