// A PDF in the viewer: painted page by page as they are scrolled to, with its text to select; what stands in it runs nothing and leads
// nowhere, and one that cannot be shown says why.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { type Project, expect, expectAccessible, expectNoOverflow, test } from './fixtures/roost.ts';
import { pdf } from './fixtures/pdf.ts';
import { awake } from './fixtures/watch.ts';

const shown = (page: Page): Locator => page.getByRole('region', { name: 'PDF', exact: true });
const sheet = (page: Page, number: number): Locator => shown(page).getByRole('group', { name: `Page ${number} of 12`, exact: true });

async function open(page: Page, project: Project, name: string, bytes: Buffer): Promise<void> {
  writeFileSync(join(project.path, name), bytes);
  await page.goto(`/projects/${project.id}/files?path=${name}`);
  await awake(page);
}

/** Whether there is ink on it. */
const inked = (canvas: Locator): Promise<boolean> =>
  canvas.evaluate((it: HTMLCanvasElement) => {
    const { data } = it.getContext('2d')!.getImageData(0, 0, it.width, it.height);
    return data.some((value, at) => at % 4 === 0 && value < 64);
  });

test('a PDF is read page by page', async ({ page, project }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).host));
  const words = Array.from({ length: 12 }, (_, at) => `Words of page ${at + 1}`);
  await open(page, project, 'book.pdf', pdf(words));
  await expect(page.getByText('Page 1 of 12', { exact: true })).toBeVisible();
  await expect(sheet(page, 1)).toContainText('Words of page 1');
  expect(await inked(sheet(page, 1).locator('canvas'))).toBe(true);
  await expect(sheet(page, 12).locator('canvas')).toHaveCount(0);
  await expectAccessible(page);
  await expectNoOverflow(page);

  await sheet(page, 1).getByText('Words of page 1').selectText();
  expect(await page.evaluate(() => String(getSelection()))).toBe('Words of page 1');

  const width = async (): Promise<number> => (await sheet(page, 1).boundingBox())!.width;
  const fit = await width();
  await page.getByRole('button', { name: 'Larger' }).click();
  await expect.poll(width).toBeGreaterThan(fit);
  await expect(sheet(page, 1)).toContainText('Words of page 1');
  await expectNoOverflow(page);
  await page.getByRole('button', { name: 'Fit width' }).click();
  await expect.poll(width).toBe(fit);

  await sheet(page, 12).scrollIntoViewIfNeeded();
  await expect(sheet(page, 12)).toContainText('Words of page 12');
  await expect(page.getByText('Page 12 of 12', { exact: true })).toBeVisible();
  await expect(sheet(page, 1).locator('canvas')).toHaveCount(0);

  await expect(shown(page).locator('a, script, form, iframe')).toHaveCount(0);
  await expect(page).not.toHaveTitle(/owned/);
  expect([...new Set(asked)]).toEqual([new URL(page.url()).host]);
});

for (const { name, bytes, title } of [
  { name: 'locked.pdf', bytes: pdf(['Nobody sees this'], true), title: 'This PDF is locked' },
  { name: 'broken.pdf', bytes: Buffer.from('%PDF-1.7\nand nothing more'), title: 'This PDF is broken' },
]) {
  test(`${name} says why it is not shown`, async ({ page, project }) => {
    await open(page, project, name, bytes);
    await expect(page.getByRole('heading', { name: title })).toBeVisible();
    await expectAccessible(page);
    const downloads = page.getByRole('link', { name: 'Download' });
    const [download] = await Promise.all([page.waitForEvent('download'), downloads.last().click()]);
    expect(download.suggestedFilename()).toBe(name);
  });
}
