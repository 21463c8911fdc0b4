// From what an agent wrote to a remote that has it: commit, push, a push that is rejected, a conflict, a hook that refuses. What
// git thinks of it is asked of git.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { type Project, type Stage, expect, expectAccessible, expectNoOverflow, test } from './fixtures/roost.ts';
import { awake } from './fixtures/watch.ts';

function git(path: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'core.hooksPath=/dev/null', ...args], { cwd: path, encoding: 'utf8' }).trim();
}

function known(path: string): void {
  git(path, 'config', 'user.name', 'Story');
  git(path, 'config', 'user.email', 'story@localhost');
}

/** A bare remote that the project's branch follows, and somebody else's clone of it. */
function shared(stage: Stage, project: Project): { remote: string; other: string } {
  const beside = stage.folder();
  const [remote, other] = [join(beside, 'remote.git'), join(beside, 'other')];
  git(beside, 'init', '--quiet', '--bare', '--initial-branch=main', remote);
  known(project.path);
  git(project.path, 'remote', 'add', 'origin', remote);
  git(project.path, 'push', '--quiet', '--set-upstream', 'origin', 'HEAD:main');
  git(beside, 'clone', '--quiet', remote, other);
  known(other);
  return { remote, other };
}

function commit(path: string, file: string, text: string): void {
  writeFileSync(join(path, file), text);
  git(path, 'add', '--', file);
  git(path, 'commit', '--quiet', '--message', text.trim());
}

async function foot(page: Page, project: Project): Promise<Locator> {
  await page.goto(`/projects/${project.id}/changes`);
  await awake(page);
  return page.getByRole('region', { name: 'Commit and push' });
}

test('what an agent wrote is committed and pushed, and after a rejected push pulled first', async ({ page, project, stage }) => {
  const { remote, other } = shared(stage, project);
  await stage.rested(project, 'write: note.txt | from the agent\nsay: Written.', { permission_mode: 'acceptEdits' });
  const ship = await foot(page, project);
  await expect(ship.getByText('Nothing is staged.')).toBeVisible();
  await page.getByRole('button', { name: 'Stage note.txt', exact: true }).click();
  const message = ship.getByRole('textbox', { name: 'Commit message' });
  await message.fill('Write a note');
  await page.reload();
  await awake(page);
  await expect(message).toHaveValue('Write a note');
  await expect(ship.getByRole('button', { name: 'Commit 1 file' })).toBeEnabled();
  await expectAccessible(page);
  await expectNoOverflow(page);
  await message.press('Control+Enter');
  await expect(ship.getByText('“Write a note”')).toBeVisible();
  await expect(message).toHaveValue('');
  expect(git(project.path, 'log', '-1', '--format=%s %an')).toBe('Write a note Story');

  commit(other, 'theirs.txt', 'Theirs\n');
  git(other, 'push', '--quiet', 'origin', 'HEAD:main');
  await ship.getByRole('button', { name: /^Push/ }).click();
  await expect(ship.getByText('The remote has commits that this branch does not have. Pull them first')).toBeVisible();
  await expectAccessible(page);
  await expectNoOverflow(page);
  await ship.getByRole('button', { name: 'Pull and rebase', exact: true }).click();
  await expect(ship.getByText('Pulled. The branch is 1 ahead of origin/main.')).toBeVisible();
  await ship.getByRole('button', { name: /^Push/ }).click();
  await expect(ship.getByText('Pushed. The branch is even with origin/main.')).toBeVisible();
  expect(git(remote, 'log', '--format=%s', '-2', 'main')).toBe('Write a note\nTheirs');
});

test('a conflict on pull is resolved or taken back', async ({ page, project, stage, watch }) => {
  const { remote, other } = shared(stage, project);
  commit(other, 'README.md', 'Theirs\n');
  git(other, 'push', '--quiet', 'origin', 'HEAD:main');
  commit(project.path, 'README.md', 'Ours\n');
  const ship = await foot(page, project);
  await ship.getByRole('button', { name: /^Pull/ }).first().click();
  await expect(ship.getByText('both have commits of their own')).toBeVisible();
  await ship.getByRole('button', { name: 'Pull and merge', exact: true }).click();
  await expect(ship.getByText('There are conflicts.')).toBeVisible();
  await ship.getByRole('button', { name: 'Abort…' }).click();
  await page.getByRole('dialog', { name: 'Abort' }).getByRole('button', { name: 'Abort', exact: true }).click();
  await expect(ship.getByText('Abort: done.')).toBeVisible();
  expect(readFileSync(join(project.path, 'README.md'), 'utf8')).toBe('Ours\n');
  await ship.getByRole('button', { name: 'More ways to pull and push' }).click();
  await page.getByRole('menuitem', { name: 'Pull and merge' }).click();
  await expect(ship.getByText('There are conflicts.')).toBeVisible();
  writeFileSync(join(project.path, 'README.md'), 'Both\n');
  // What was shown before the file was written is refused, until the page has heard of it.
  watch.allow(/409/);
  await expect(async () => {
    await page.getByRole('button', { name: 'Mark as resolved: README.md' }).click({ timeout: 2_000 });
    await expect(page.getByRole('button', { name: 'Unstage README.md', exact: true })).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await ship.getByRole('button', { name: 'Continue' }).click();
  await expect(ship.getByText('Continue: done.')).toBeVisible();
  await ship.getByRole('button', { name: /^Push/ }).click();
  await expect(ship.getByText('even with origin/main')).toBeVisible();
  expect(git(remote, 'show', 'main:README.md')).toBe('Both');
});

test('a hook that refuses says why, one that hangs is cancelled, and a last commit is amended', async ({ page, project, stage }) => {
  shared(stage, project);
  const hook = (script: string): void => {
    const file = join(project.path, '.git/hooks/pre-commit');
    mkdirSync(join(project.path, '.git/hooks'), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  };
  hook('echo lint: line 3; exit 1');
  writeFileSync(join(project.path, 'README.md'), 'More\n');
  git(project.path, 'add', 'README.md');
  const ship = await foot(page, project);
  await ship.getByRole('textbox', { name: 'Commit message' }).fill('More');
  await ship.getByRole('button', { name: 'Commit 1 file' }).click();
  await expect(ship.getByText('A hook of the repository refused the commit')).toBeVisible();
  await expect(ship.getByText('lint: line 3')).toBeVisible();
  hook('echo waiting; exec sleep 600');
  await ship.getByRole('button', { name: 'Commit 1 file' }).click();
  await expect(ship.getByText('waiting', { exact: true })).toBeVisible();
  await ship.getByRole('button', { name: 'Cancel' }).click();
  await expect(ship.getByText('It was cancelled.')).toBeVisible();
  hook('exit 0');
  await ship.getByRole('button', { name: 'Commit 1 file' }).click();
  await expect(ship.getByText('“More”')).toBeVisible();
  await ship.getByRole('checkbox', { name: 'Amend' }).check();
  await expect(ship.getByRole('textbox', { name: 'Commit message' })).toHaveValue('More');
  await ship.getByRole('textbox', { name: 'Commit message' }).fill('More words');
  await ship.getByRole('button', { name: 'Amend the last commit' }).click();
  await expect(ship.getByText('“More words”')).toBeVisible();
  expect(git(project.path, 'rev-list', '--count', 'origin/main..HEAD')).toBe('1');
});

test('a message is drafted by an agent from what is staged', async ({ page, project, stage }) => {
  known(project.path);
  // What the scripted model is to say stands in the change itself.
  commit(project.path, 'tree.txt', 'say: Plant an apple tree\nroot\n');
  writeFileSync(join(project.path, 'tree.txt'), 'say: Plant an apple tree\nroot\nbranch\n');
  git(project.path, 'add', 'tree.txt');
  const ship = await foot(page, project);
  await ship.getByRole('button', { name: 'Draft with Claude' }).click();
  await expect(ship.getByRole('textbox', { name: 'Commit message' })).toHaveValue('Plant an apple tree');
  await ship.getByRole('button', { name: 'Commit 1 file' }).click();
  await expect(ship.getByText('“Plant an apple tree”')).toBeVisible();
  const [card] = await stage.api<{ id: string; name: string }[]>('GET', '/sessions?limit=1');
  expect(card?.name).toBe('Commit message');
  await stage.until(card?.id ?? '', (now) => now.status === 'completed');
});
