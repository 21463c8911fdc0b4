// What changed in a project: its page, and what git is in the middle of. What git thinks of it is asked of git.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
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
  writeFileSync(join(project.path, 'README.md'), '# Changed again\n');
  await main.getByRole('button', { name: 'Stage README.md', exact: true }).click();
  await expect(page.getByText('README.md was changed since it was shown.')).toBeVisible();
  expect(staged()).toBe('');
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
