// Whole folders that are brought into a project, chosen and dropped, with files beside them: what is on its way is shown, names that
// are taken are asked about one by one or all at once, and what is too large is not sent. What arrived is read from the disk.
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { type Project, expect, expectAccessible, expectNoOverflow, test } from './fixtures/roost.ts';
import { awake } from './fixtures/watch.ts';

const row = (page: Page, name: RegExp): Locator => page.getByRole('treeitem', { name });
const clash = (page: Page): Locator => page.getByRole('dialog', { name: 'There is one already' });

/** A folder outside of the project, with three files at three depths that hold this. */
function bundle(at: string, holds: string): string {
  for (const path of ['one.txt', 'deep/two.txt', 'deep/er/three.txt']) {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), holds);
  }
  return at;
}

function arrived(project: Project, folder: string): string[] {
  return ['one.txt', 'deep/two.txt', 'deep/er/three.txt'].map((path) => readFileSync(join(project.path, folder, path), 'utf8'));
}

async function open(page: Page, project: Project): Promise<void> {
  await page.goto(`/projects/${project.id}/files`);
  await awake(page);
}

/** Chooses a folder in the menu of the one that is acted on. */
async function choose(page: Page, what: string, path: string): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: /: Folder$/ }).click();
  await page.getByRole('menuitem', { name: what }).click();
  await (await chooser).setFiles(path);
}

/** Drops files and folders onto the tree, as the system does. */
async function drop(page: Page, paths: string[]): Promise<void> {
  const place = (await page.getByRole('tree').boundingBox())!;
  const at = { x: place.x + place.width / 2, y: place.y + 20, data: { items: [], files: paths, dragOperationsMask: 1 } };
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at });
  }
}

test('a folder is brought with all that is in it', async ({ page, project, watch }, info) => {
  // A file whose name is taken is refused at first.
  watch.allow(/409.*files\/upload/);
  await open(page, project);
  let go = (): void => {};
  const held = new Promise<void>((release) => (go = release));
  await page.route(/\/files\/upload\?/, async (route) => {
    await held;
    await route.continue();
  });
  await choose(page, 'Upload a folder…', bundle(info.outputPath('bundle'), 'first'));
  await expect(page.locator('.files-sending')).toContainText('bundle/');
  await expect(page.locator('.files-sending')).toContainText('2 more');
  await expectAccessible(page);
  await expectNoOverflow(page);
  go();
  await expect(row(page, /^bundle/)).toBeVisible();
  await expect(page.locator('.files-sending')).toBeHidden();
  expect(arrived(project, 'bundle')).toEqual(['first', 'first', 'first']);

  await choose(page, 'Upload a folder…', bundle(info.outputPath('bundle'), 'second'));
  const skipped = await clash(page).locator('code').innerText();
  await clash(page).getByRole('button', { name: 'Skip' }).click();
  await expect(clash(page).locator('code')).not.toHaveText(skipped);
  await clash(page).getByLabel('The same for all that follow').check();
  await clash(page).getByRole('button', { name: 'Replace' }).click();
  await expect(clash(page)).toBeHidden();
  await expect(page.locator('.files-sending')).toBeHidden();
  expect(arrived(project, 'bundle').toSorted()).toEqual(['first', 'second', 'second']);
});

test('files and folders are dropped together, and what is too large is not sent', async ({ page, project }, info) => {
  await open(page, project);
  const beside = info.outputPath('beside.txt');
  writeFileSync(beside, 'beside');
  await drop(page, [bundle(info.outputPath('dropped'), 'dropped'), beside]);
  await expect(row(page, /^dropped/)).toBeVisible();
  await expect(row(page, /^beside\.txt/)).toBeVisible();
  await expect(page.locator('.files-sending')).toBeHidden();
  expect(arrived(project, 'dropped')).toEqual(['dropped', 'dropped', 'dropped']);
  expect(readFileSync(join(project.path, 'beside.txt'), 'utf8')).toBe('beside');

  const huge = info.outputPath('huge.bin');
  writeFileSync(huge, '');
  truncateSync(huge, 512 * 1024 * 1024 + 1);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.url()));
  await choose(page, 'Upload files…', huge);
  await expect(page.getByText('huge.bin is larger than 512 MB, which is the most that can be uploaded.')).toBeVisible();
  expect(sent.filter((address) => address.includes('upload'))).toEqual([]);
});
