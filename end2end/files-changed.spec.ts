// Files that are changed: edited in the page, also while others change them, made, moved, thrown away and put back, brought
// from elsewhere; and what changes on the disk shows by itself. What is on the disk is read from the disk.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { tool } from './fixtures/hands.ts';
import { type Project, expect, expectAccessible, expectNoOverflow, test } from './fixtures/roost.ts';
import { awake } from './fixtures/watch.ts';

const row = (page: Page, name: string | RegExp): Locator => page.getByRole('treeitem', { name });
const text = (page: Page): Locator => page.getByRole('region', { name: 'Text' });
const editor = (page: Page): Locator => page.getByRole('textbox', { name: 'Text of the file' });
const save = (page: Page): Locator => page.getByRole('button', { name: 'Save', exact: true });
const holds = (project: Project, path: string): string => readFileSync(join(project.path, path), 'utf8');

function write(project: Project, path: string, content: string): void {
  mkdirSync(dirname(join(project.path, path)), { recursive: true });
  writeFileSync(join(project.path, path), content);
}

async function open(page: Page, project: Project, rest = ''): Promise<void> {
  await page.goto(`/projects/${project.id}/files${rest}`);
  await awake(page);
}

async function edit(page: Page, project: Project, path: string): Promise<void> {
  await open(page, project, `?path=${path}`);
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(editor(page)).toBeVisible();
}

/** Types at the end of the text. */
async function append(page: Page, text: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(text);
  await expect(page.getByText('Not saved')).toBeVisible();
}

test('a text is edited and saved with its line ends as they were', async ({ page, project }) => {
  write(project, 'run.py', 'def main():\r\n    return 1\r\n');
  await edit(page, project, 'run.py');
  await expect(editor(page).locator('.hl-k').first()).toHaveText('def');
  await expect(page.getByText('lines end with CRLF')).toBeVisible();
  await expectAccessible(page);
  await expectNoOverflow(page);
  await append(page, '# more');
  await page.keyboard.press('ControlOrMeta+s');
  await expect(page.getByText('Not saved')).toBeHidden();
  expect(holds(project, 'run.py')).toBe('def main():\r\n    return 1\r\n# more');
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(text(page)).toContainText('# more');
});

test('what was typed is there again after a reload, and asks before it goes', async ({ page, project }) => {
  write(project, 'a.txt', 'one\n');
  await edit(page, project, 'a.txt');
  await append(page, 'two');
  page.once('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await awake(page);
  await expect(editor(page)).toContainText('two');
  expect(holds(project, 'a.txt')).toBe('one\n');
  await page.getByRole('button', { name: 'Done' }).click();
  const leaving = page.getByRole('dialog', { name: 'What you typed is not saved' });
  await expect(leaving).toBeVisible();
  await expectAccessible(page);
  await leaving.getByRole('button', { name: 'Discard' }).click();
  await expect(text(page)).toHaveText('1one');
  await open(page, project, '?path=a.txt');
  await expect(text(page)).toHaveText('1one');
});

test('a file that the agent changes while it is edited is compared, and nothing is lost', async ({ page, project, stage, watch }) => {
  // The first save is refused.
  watch.allow(/409/);
  await edit(page, project, 'src/tree.txt');
  await append(page, 'mine');
  const prompt = 'read: src/tree.txt\nedit: src/tree.txt | branch | bough\nsay: Done.';
  await stage.rested(project, prompt, { mode: 'session', permission_mode: 'acceptEdits' });
  expect(holds(project, 'src/tree.txt')).toBe('root\nbough\nleaf\n');
  await save(page).click();
  const newer = page.getByRole('region', { name: 'Changed since you opened it' });
  await expect(newer.getByRole('region', { name: 'Difference' })).toContainText('mine');
  await expectAccessible(page);
  await expectNoOverflow(page);
  expect(holds(project, 'src/tree.txt')).toBe('root\nbough\nleaf\n');
  await newer.getByRole('button', { name: 'Take theirs' }).click();
  await expect(editor(page)).toContainText('bough');
  await expect(editor(page)).not.toContainText('mine');
  await page.getByRole('button', { name: 'Back to mine' }).click();
  await expect(editor(page)).toContainText('mine');
  await save(page).click();
  await expect(page.getByText('Not saved')).toBeHidden();
  expect(holds(project, 'src/tree.txt')).toBe('root\nbranch\nleaf\nmine');
});

/** Chooses in the menu of the folder that the tree is at. */
async function folder(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: /: Folder$/ }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('files and folders are made, moved, thrown away and put back', async ({ page, project, watch }) => {
  // A name that is taken is refused.
  watch.allow(/409.*files\/make/);
  await open(page, project);
  await row(page, /^src/).click();
  await folder(page, 'New file…');
  const make = page.getByRole('dialog', { name: 'New file' });
  await make.getByLabel('Name').fill('src/tree.txt');
  await make.getByRole('button', { name: 'Create' }).click();
  await expect(make.getByText('There is something of this name already.')).toBeVisible();
  await expectAccessible(page);
  await make.getByLabel('Name').fill('src/new.txt');
  await make.getByRole('button', { name: 'Create' }).click();
  await expect(page).toHaveURL(/path=src\/new\.txt$/);
  expect(existsSync(join(project.path, 'src/new.txt'))).toBe(true);

  await page.getByRole('button', { name: 'Rename, move, delete' }).click();
  await page.getByRole('menuitem', { name: 'Rename or move…' }).click();
  const move = page.getByRole('dialog', { name: 'Rename or move' });
  await move.getByLabel('Name').fill('moved.txt');
  await move.getByRole('button', { name: 'Rename' }).click();
  await expect(page).toHaveURL(/path=moved\.txt$/);
  await page.getByRole('button', { name: 'Rename, move, delete' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(page.getByText('moved.txt is in the trash')).toBeVisible();
  expect(existsSync(join(project.path, 'moved.txt'))).toBe(false);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row(page, /^moved\.txt/)).toBeVisible();

  await row(page, /^moved\.txt/).focus();
  await page.keyboard.press('Delete');
  await expect(row(page, /^moved\.txt/)).toBeHidden();
  await folder(page, 'Trash…');
  const trash = page.getByRole('dialog', { name: 'Trash' });
  await expect(trash.getByText('moved.txt', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await expectNoOverflow(page);
  await trash.getByRole('button', { name: 'Put moved.txt back' }).click();
  await expect(trash.getByText('The trash is empty')).toBeVisible();
  expect(existsSync(join(project.path, 'moved.txt'))).toBe(true);
});

test('files are brought into a folder, and a name that is taken is asked about', async ({ page, project, watch }) => {
  // The file whose name is taken is refused at first.
  watch.allow(/409.*files\/upload/);
  await open(page, project);
  await row(page, /^src/).click();
  const file = (name: string, content: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });
  const chooser = page.waitForEvent('filechooser');
  await folder(page, 'Upload files…');
  await (await chooser).setFiles([file('a.txt', 'a'), file('tree.txt', 'another'), file('b.txt', 'b')]);
  const clash = page.getByRole('dialog', { name: 'There is one already' });
  await expect(clash).toContainText('tree.txt');
  await expectAccessible(page);
  await clash.getByRole('button', { name: 'Keep both' }).click();
  await expect(row(page, /^tree \(2\)\.txt/)).toBeVisible();
  await expect(row(page, /^b\.txt/)).toBeVisible();
  expect([holds(project, 'src/a.txt'), holds(project, 'src/tree (2).txt'), holds(project, 'src/b.txt')]).toEqual(['a', 'another', 'b']);

  const tree = page.getByRole('tree');
  await tree.evaluate((element) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }));
    element.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  });
  await expect(row(page, /^dropped\.txt/)).toBeVisible();
  expect(holds(project, 'src/dropped.txt')).toBe('dropped');
  const download = page.waitForEvent('download');
  await folder(page, 'Download as an archive');
  expect((await download).suggestedFilename()).toBe('src.tar.gz');
});

test('what changes on the disk shows by itself, and what is open stays open', async ({ page, project }) => {
  write(project, 'src/a.txt', 'one');
  await open(page, project);
  await row(page, /^src/).click();
  await expect(row(page, /^a\.txt/)).toBeVisible();
  await expect(row(page, /^a\.txt/)).toContainText('untracked');
  write(project, 'src/tree.txt', 'another');
  await expect(row(page, /^tree\.txt/)).toContainText('changed');
  await page.getByRole('treeitem').first().focus();
  await page.keyboard.type('read');
  await expect(row(page, /^README/)).toBeFocused();
  write(project, 'src/b.txt', 'new');
  await expect(row(page, /^b\.txt/)).toBeVisible();
  rmSync(join(project.path, 'src/b.txt'));
  await expect(row(page, /^b\.txt/)).toBeHidden();
  await row(page, /^a\.txt/).click();
  await expect(text(page)).toContainText('one');
  write(project, 'src/a.txt', 'two');
  await expect(page.getByText('The file changed on the disk.')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Show it' }).click();
  await expect(text(page)).toContainText('two');

  await page.goto(`/projects/${project.id}/changes`);
  await awake(page);
  const main = page.getByRole('main');
  await expect(main.getByRole('button', { name: /a\.txt/ }).first()).toBeVisible();
  write(project, 'later.txt', 'x');
  await expect(main.getByRole('button', { name: /later\.txt/ }).first()).toBeVisible();
});

test('a path in the thread leads to its file', async ({ page, project, stage }) => {
  const card = await stage.rested(project, 'read: src/tree.txt\nsay: Read.', { mode: 'session' });
  await page.goto(`/sessions/${card.id}`);
  await awake(page);
  await tool(page, /^Read /).getByRole('button', { name: /^Read / }).click();
  await page.getByRole('link', { name: 'Open src/tree.txt' }).click();
  await expect(page).toHaveURL(/files\?path=src\/tree\.txt$/);
  await expect(text(page)).toContainText('branch');
});
