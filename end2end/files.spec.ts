// The files of a project: the tree by mouse and by keys, a text with its lines linked, names and contents found, an image, a
// Markdown file, and what is shown of what cannot be opened.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
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

test('an expression that makes no sense is refused in words', async ({ page, project, watch }) => {
  watch.allow(/400.*files\/search|status of 400|EventSource/);
  await open(page, project);
  await page.getByRole('button', { name: 'Contents' }).click();
  await page.getByRole('button', { name: 'Regular expression' }).click();
  await box(page).fill('a(b');
  await expect(page.getByText('This could not be searched for')).toBeVisible();
  await expect(page.getByText(/unclosed group/)).toBeVisible();
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
