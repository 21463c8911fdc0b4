// The files of a project: the tree by mouse and by keys, a text with its lines linked, names and contents found, an image, a
// Markdown file, and what is shown of what cannot be opened.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { type Project, expect, expectAccessible, expectNoOverflow, test } from './fixtures/roost.ts';
import { awake } from './fixtures/watch.ts';

const LONG = 'a-name-that-goes-on-and-on-because-somebody-named-a-report-after-everything-that-is-in-it-2026-11.md';
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

function write(project: Project, path: string, text: string | Buffer): void {
  const file = join(project.path, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function fill(project: Project): void {
  const lines = Array.from({ length: 2500 }, (_, at) => `fn line_${at + 1}() {}`);
  write(project, 'src/long.rs', `${lines.join('\n')}\n`);
  write(project, 'src/deep/er/and/deeper/still/here.txt', 'the needle\n');
  write(project, 'notes.md', '# Notes\n\n<script>document.title = "owned"</script>\n\nA **word**.\n');
  write(project, 'picture.png', Buffer.from(PIXEL, 'base64'));
  write(project, 'program.bin', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0]));
  write(project, LONG, 'long\n');
  write(project, '.gitignore', 'build/\n');
  write(project, 'build/out.txt', 'needle\n');
  symlinkSync('/etc/hostname', join(project.path, 'outside'));
}

const row = (page: Page, name: string | RegExp): Locator => page.getByRole('treeitem', { name });
const text = (page: Page): Locator => page.getByRole('region', { name: 'Text' });
/** By its id: to ask hundreds of lines for their roles takes long. */
const line = (page: Page, number: number): Locator => page.locator(`#L${number}`);
const box = (page: Page): Locator => page.getByRole('searchbox');

async function open(page: Page, project: Project, rest = ''): Promise<void> {
  await page.goto(`/projects/${project.id}/files${rest}`);
  await awake(page);
}

test('the tree is opened, a file is looked at, and a line of it is linked', async ({ page, project }) => {
  fill(project);
  await open(page, project);
  await expect(row(page, /^src/)).toBeVisible();
  await expect(row(page, /build/)).toBeHidden();
  await expectAccessible(page);
  await expectNoOverflow(page);
  await row(page, /^src/).click();
  await row(page, /^long\.rs/).click();
  await expect(page).toHaveURL(/path=src\/long\.rs$/);
  await expect(line(page, 1)).toContainText('fn line_1() {}');
  await expect(text(page).locator('.hl-k').first()).toHaveText('fn');
  await expectNoOverflow(page);
  await line(page, 3).locator('a').click();
  await expect(page).toHaveURL(/#L3$/);
  await line(page, 5).locator('a').click({ modifiers: ['Shift'] });
  await expect(page).toHaveURL(/#L3-L5$/);
  await expect(text(page).locator('.cl.on')).toHaveCount(3);

  await open(page, project, '?path=src/long.rs#L2400');
  await expect(line(page, 2400)).toBeInViewport();
  await expect(text(page).locator('.cl.on')).toHaveText(/line_2400/);
  await text(page).getByRole('button', { name: 'Show what is before' }).click();
  await expect(line(page, 1999)).toBeAttached();
});

test('keys move in the tree', async ({ page, project }) => {
  fill(project);
  await open(page, project);
  await row(page, /^src/).focus();
  await page.keyboard.press('ArrowRight');
  await expect(row(page, /^src/)).toHaveAttribute('aria-expanded', 'true');
  await expect(row(page, /^deep/)).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(row(page, /^deep/)).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(row(page, /^src/)).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(row(page, /^deep/)).toBeHidden();
  await page.keyboard.press('End');
  await expect(page.getByRole('treeitem').last()).toBeFocused();
  await page.keyboard.press('Home');
  await expect(page.getByRole('treeitem').first()).toBeFocused();
});

test('files are found by name and by what is in them', async ({ page, project }) => {
  fill(project);
  await open(page, project);
  await box(page).fill('stillhere');
  const found = page.locator('.found');
  await expect(found).toHaveCount(1);
  await expect(found.locator('mark').first()).toBeVisible();
  await found.click();
  await expect(text(page)).toContainText('the needle');
  await expectAccessible(page);
  await expectNoOverflow(page);
  await page.goBack();
  await expect(box(page)).toBeVisible();
  await page.getByRole('button', { name: 'Contents' }).click();
  await box(page).fill('line_77\\b|needle');
  await expect(page.getByText('Not found')).toBeVisible();
  await page.getByRole('button', { name: 'Regular expression' }).click();
  await expect(found).toHaveCount(2);
  await expectAccessible(page);
  await expectNoOverflow(page);
  await found.filter({ hasText: 'long.rs' }).click();
  await expect(text(page).locator('.cl.on')).toHaveText(/line_77\(/);
});

test('what is no text is shown for what it is', async ({ page, project, watch }) => {
  // Two files are asked for that are refused.
  watch.allow(/files\/read/);
  fill(project);
  await open(page, project, '?path=picture.png');
  await expect(page.getByRole('img', { name: 'picture.png' })).toHaveJSProperty('naturalWidth', 1);
  await open(page, project, '?path=program.bin');
  await expect(page.getByText('Not a text')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  expect((await download).suggestedFilename()).toBe('program.bin');
  await open(page, project, '?path=notes.md');
  await expect(page.getByRole('heading', { name: 'Notes' })).toBeVisible();
  await expect(page).not.toHaveTitle('owned');
  await page.getByText('Source', { exact: true }).click();
  await expect(text(page)).toContainText('<script>');
  await open(page, project, '?path=outside');
  await expect(page.getByRole('alert')).toContainText('leads out of the project');
  await open(page, project, '?path=nothing');
  await expect(page.getByRole('alert')).toContainText('There is no such file.');
});

const editor = (page: Page): Locator => page.getByRole('textbox', { name: 'Text of the file' });
const save = (page: Page): Locator => page.getByRole('button', { name: 'Save', exact: true });
const holds = (project: Project, path: string): string => readFileSync(join(project.path, path), 'utf8');

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
