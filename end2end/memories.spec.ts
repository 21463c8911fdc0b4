// Memories: the hierarchy in the order of the CLI, a file that two people edit at once, and a text that outlives its page.
// What is on the disk is read from the disk.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { type Project, expect, expectAccessible, expectNoOverflow, test } from './fixtures/roost.ts';
import { awake } from './fixtures/watch.ts';

const field = (page: Page): Locator => page.getByRole('textbox', { name: 'Text of the file' });
const save = (page: Page): Locator => page.getByRole('button', { name: 'Save', exact: true });
const row = (page: Page, project: Project, name: string): Locator => page.getByTitle(join(project.path, name), { exact: true });

function write(project: Project, name: string, text: string): void {
  const path = join(project.path, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

const holds = (project: Project, name: string): string => readFileSync(join(project.path, name), 'utf8');

async function open(page: Page, project: Project, name: string): Promise<void> {
  await page.goto(`/projects/${project.id}/memories`);
  await awake(page);
  await row(page, project, name).click();
  await expect(field(page)).toBeVisible();
}

test('the hierarchy shows what is loaded, in its order, and why the rest is not', async ({ page, project }) => {
  write(project, 'CLAUDE.md', '# House rules\n\nSee @docs/style.md and @../elsewhere.md\n');
  write(project, 'docs/style.md', 'Short words.\n');
  write(project, '.claude/rules/api.md', '---\npaths: src/api/**\n---\nAnswer in JSON.\n');
  await page.goto(`/projects/${project.id}/memories`);
  await awake(page);
  await expect(row(page, project, 'CLAUDE.local.md')).toContainText('Missing');
  await expect(row(page, project, 'docs/style.md')).toContainText('imported');
  await expect(row(page, project, '../elsewhere.md')).toContainText(/Outside of the project|no such file/);
  await expect(row(page, project, '.claude/rules/api.md')).toContainText('Loaded when the agent works on src/api/**');
  await expectAccessible(page);
  await expectNoOverflow(page);
  await row(page, project, 'docs/style.md').click();
  await expect(field(page)).toHaveValue('Short words.\n');
  await page.getByRole('main').locator('label').getByText('Preview', { exact: true }).click();
  await expect(page.getByRole('region', { name: 'Preview' })).toHaveText('Short words.');
  await expectAccessible(page);
  await expectNoOverflow(page);
});

test('a file that is missing is made by saving it', async ({ page, project }) => {
  await open(page, project, 'CLAUDE.local.md');
  await expect(page.getByText('No such file yet')).toBeVisible();
  await field(page).fill('Only for me.\n');
  await expect(page.getByText('Not saved')).toBeVisible();
  await field(page).press('ControlOrMeta+s');
  await expect(page.getByText(/^Saved by/)).toBeVisible();
  expect(holds(project, 'CLAUDE.local.md')).toBe('Only for me.\n');
});

test('of two who save one file, the second sees the change of the first and loses nothing', async ({ page, project, device, watch }) => {
  // The second save is refused.
  watch.allow(/409/);
  write(project, 'CLAUDE.md', 'one\ntwo\n');
  const other = await device();
  await open(page, project, 'CLAUDE.md');
  await open(other, project, 'CLAUDE.md');
  await field(page).fill('one\ntwo\nmine\n');
  await field(other).fill('one\n2\n');
  await save(other).click();
  const newer = page.getByRole('region', { name: 'Changed since you opened it' });
  await expect(newer).toContainText('The file was changed by Firefox on Windows since you opened it.');
  await expect(newer.getByRole('region', { name: 'Difference' })).toContainText('mine');
  await save(page).click();
  await expect(newer).toBeVisible();
  expect(holds(project, 'CLAUDE.md')).toBe('one\n2\n');
  await expect(field(page)).toHaveValue('one\ntwo\nmine\n');
  await expectAccessible(page);
  await expectNoOverflow(page);
  await newer.getByRole('button', { name: 'Take theirs' }).click();
  await expect(field(page)).toHaveValue('one\n2\n');
  await page.getByRole('button', { name: 'Back to mine' }).click();
  await expect(field(page)).toHaveValue('one\ntwo\nmine\n');
  await save(page).click();
  await expect(page.getByText(/^Saved by/)).toBeVisible();
  expect(holds(project, 'CLAUDE.md')).toBe('one\ntwo\nmine\n');
  await expect(field(other)).toHaveValue('one\ntwo\nmine\n');
});

test('a text that was not saved is there again when its page is', async ({ page, project }) => {
  write(project, 'CLAUDE.md', 'old\n');
  await open(page, project, 'CLAUDE.md');
  await field(page).fill('old\nand new\n');
  page.once('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await awake(page);
  await row(page, project, 'CLAUDE.md').click();
  await expect(field(page)).toHaveValue('old\nand new\n');
  expect(holds(project, 'CLAUDE.md')).toBe('old\n');
});
