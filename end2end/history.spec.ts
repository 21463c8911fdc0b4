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
  await main.getByRole('button', { name: 'All branches' }).click();
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

/** A picture of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

test('what a commit changed is shown in pages, in two columns where there is room, and as pictures', async ({ page, project }, info) => {
  const lines = (word: string): string => Array.from({ length: 500 }, (_, n) => `${word} ${n}\n`).join('');
  commit(project, 'long.txt', lines('before'));
  writeFileSync(join(project.path, 'long.txt'), lines('after'));
  writeFileSync(join(project.path, 'logo.png'), PIXEL);
  git(project, 'add', '--all');
  git(project, 'commit', '--quiet', '--message', 'Say after');
  const main = await open(page, project);
  await main.getByRole('button', { name: /^Say after/ }).click();
  await expect(page).toHaveURL(/history\?commit=[0-9a-f]{40}$/);
  await page.reload();
  await awake(page);
  const shown = main.getByRole('region', { name: 'Commit' });
  await shown.getByRole('button', { name: /^long\.txt/ }).click();
  const diff = shown.getByRole('region', { name: 'Change' });
  await expect(diff.locator('.dl.d').first()).toContainText('before 0');
  if (info.project.name === 'desktop') {
    await shown.getByText('Side by side').click();
    await expect(diff.locator('.dl-pair').first()).toBeVisible();
    await shown.getByText('Unified').click();
    await expect(diff.locator('.dl-pair')).toHaveCount(0);
  }
  await expectAccessible(page);
  await expectNoOverflow(page);
  const pages = diff.getByRole('navigation', { name: 'Pages of the change' });
  await expect(pages).toContainText('Lines 1–400 of 1000');
  await pages.getByRole('button', { name: 'Later' }).click();
  await expect(pages).toContainText('Lines 401–800 of 1000');
  await shown.getByRole('button', { name: /^long\.txt/ }).click();
  await shown.getByRole('button', { name: /^logo\.png/ }).click();
  const image = diff.getByRole('img', { name: 'Now' });
  await expect(image).toBeVisible();
  await expect.poll(() => image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(1);
  await page.goBack();
  await expect(shown).toHaveCount(0);
});

test('who wrote a line is told where it is read, with the way to the commit', async ({ page, project }) => {
  commit(project, 'poem.txt', 'Roses are red\n');
  commit(project, 'poem.txt', 'Roses are red\nViolets are blue\n');
  writeFileSync(join(project.path, 'poem.txt'), 'Roses are red\nViolets are blue\nnot yet\n');
  await page.goto(`/projects/${project.id}/files?path=poem.txt#L2`);
  await awake(page);
  const file = page.getByRole('region', { name: 'File' });
  await expect(file.getByText('Violets are blue')).toBeVisible();
  await file.getByRole('button', { name: 'Who wrote this' }).click();
  const text = file.getByRole('region', { name: 'Text' });
  await expect(text.getByRole('link', { name: /^Story/ })).toHaveCount(2);
  await expect(text.getByText('Not committed')).toBeVisible();
  await expect(text.locator('.cl.on')).toHaveText(/Violets are blue/);
  await expectAccessible(page);
  await expectNoOverflow(page);
  await text.getByRole('link', { name: /^Story/ }).first().click();
  await expect(page.getByRole('region', { name: 'Commit' }).getByRole('heading', { name: 'Roses are red' })).toBeVisible();
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
  await main.getByRole('button', { name: /^On main: a better name/ }).click();
  const stash = main.getByRole('region', { name: 'Stash' });
  await stash.getByRole('button', { name: /^README\.md/ }).click();
  await expect(stash.getByRole('region', { name: 'Change' })).toContainText('For later');
  await expectAccessible(page);
  await expectNoOverflow(page);
  await stash.getByRole('button', { name: 'Close the stash' }).click();
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
