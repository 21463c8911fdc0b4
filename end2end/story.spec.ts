// The main job, end to end, as one person lives it on a desk and on a phone: sign in, add a project, prompt, watch, approve,
// follow up, interrupt, pin, close, resume, fork, edit, rename, archive.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { act, composer, dock, open, send, sessionOf, thread, tool } from './fixtures/hands.ts';
import { awake, expect, expectAccessible, test } from './fixtures/roost.ts';

test.use({ storageState: { cookies: [], origins: [] } });

const place = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: new RegExp(`^${name}`) }).first();

test('a prompt is followed from the first sign-in to the archive', async ({ page, stage, device }, info) => {
  test.setTimeout(180_000);
  const path = stage.folder({ 'CLAUDE.md': 'Be brief.\n' });
  mkdirSync(join(path, '.claude'));
  const hooks = { SessionStart: [{ hooks: [{ type: 'command', command: 'true' }] }] };
  writeFileSync(join(path, '.claude/settings.json'), JSON.stringify({ hooks }));
  const name = path.split('/').at(-1) ?? '';

  await test.step('sign in by the link', async () => {
    await page.goto(stage.roost('link').trim());
    await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible();
    await awake(page);
  });

  await test.step('add the project by its path', async () => {
    await place(page, 'Projects').click();
    await page.getByRole('main').getByRole('button', { name: /^Add/ }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Add a project' });
    await dialog.getByRole('textbox').fill(path.slice(0, -1));
    await expect(dialog.getByRole('button', { name: path, exact: true })).toBeVisible();
    await dialog.getByRole('textbox').fill(path);
    await dialog.getByRole('button', { name: 'Add project' }).click();
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  });

  await test.step('see what would run there, and trust it', async () => {
    await expect(page.getByRole('heading', { name: 'Do you trust this directory?' })).toBeVisible();
    await expect(page.getByText('Hooks run by themselves')).toBeVisible();
    await expect(page.getByText('Instructions are read')).toBeVisible();
    await page.getByRole('button', { name: 'Trust this directory' }).click();
    await expect(page.getByText('Trusted by')).toBeVisible();
  });

  await test.step('submit a prompt', async () => {
    await page.getByRole('link', { name: /^New/ }).filter({ visible: true }).first().click();
    const lines = [
      'think: a file is wanted here',
      'say: I look at the tree first.',
      'read: src/tree.txt',
      'slow: 20',
      'say: Now I plant **an apple** and water it until it has grown tall enough to be seen from the road.',
      'slow: 2',
      'write: src/apple.txt | red\\nsweet',
      'say: Planted.',
    ];
    await page.getByLabel('What is to be done?').fill(lines.join('\n'));
    await page.getByRole('button', { name: /^Start/ }).click();
    await expect(thread(page)).toBeVisible();
  });
  const id = await sessionOf(page);

  await test.step('watch it work', async () => {
    await expect(thread(page).getByText('a file is wanted here').first()).toBeVisible();
    await expect(tool(page, /^Read src\/tree\.txt/)).toBeVisible();
    await expect(thread(page).getByText('an apple', { exact: true })).toBeVisible();
    await expect(page).toHaveTitle(/^\(1\) Roost/);
  });

  await test.step('approve on one page while another shows it answered', async () => {
    const other = await device();
    await open(other, id);
    await expect(dock(other).getByRole('button', { name: /^Allow/ })).toBeVisible();
    await expect(dock(page).getByRole('region', { name: 'What would change' })).toContainText('sweet');
    await expectAccessible(page);
    await dock(page).getByRole('button', { name: /^Allow/ }).click();
    await expect(dock(other)).toBeHidden();
    await expect(thread(other).getByText('Planted.', { exact: true })).toBeVisible();
    await expect(tool(other, /^Write src\/apple\.txt/)).toContainText(/Allowed by Chrome/);
    await other.context().close();
  });

  await test.step('follow up', async () => {
    await expect(thread(page).getByText('Planted.', { exact: true })).toBeVisible();
    await send(page, 'say: turn {turns} is done');
    await expect(thread(page).getByText('turn 2 is done', { exact: true })).toBeVisible();
    await expect(page).toHaveTitle(/^Roost/);
    if (info.project.name !== 'phone') await expect(page.getByRole('complementary').getByText('apple.txt')).toBeVisible();
  });

  await test.step('interrupt', async () => {
    await stage.until(id, (card) => card.status === 'idle');
    await send(page, 'hold: nowhere\nlong: 30');
    await expect(thread(page).getByText('Writing')).toBeVisible();
    await page.getByRole('button', { name: /^Interrupt the agent/ }).click();
    await expect(thread(page).getByText('Interrupted', { exact: true })).toBeVisible();
  });

  await test.step('pin', async () => {
    await stage.until(id, (card) => card.status === 'idle');
    await expect(page.getByText(/^Completes in \d:\d\d$/)).toBeVisible();
    await act(page, 'Pin as Session');
    await expect(page.getByText(/^Completes in \d:\d\d$/)).toBeHidden();
    await stage.until(id, (card) => card.mode === 'session' && card.status === 'idle');
  });

  await test.step('close, and resume with all that was said', async () => {
    await act(page, 'Close');
    await stage.until(id, (card) => card.status === 'completed' && !card.live);
    await act(page, 'Resume as Session');
    await stage.until(id, (card) => card.status === 'idle' && card.live);
    await send(page, 'say: turn {turns} after the break');
    await expect(thread(page).getByText('turn 4 after the break', { exact: true })).toBeVisible();
    await stage.until(id, (card) => card.status === 'idle');
  });

  await test.step('fork from an answer', async () => {
    const turns = thread(page).getByRole('button', { name: 'Fork from here' });
    await turns.first().click();
    const dialog = page.getByRole('dialog', { name: 'Fork from here' });
    await expect(dialog).toContainText('Files on disk stay as they are now');
    await dialog.getByRole('textbox', { name: 'Message' }).fill('say: turn {turns} of the fork');
    await dialog.getByRole('button', { name: /Start the fork/ }).click();
    await expect(page).not.toHaveURL(new RegExp(id));
    await expect(thread(page).getByText('turn 2 of the fork', { exact: true })).toBeVisible();
    await expect(thread(page).getByText('Forked from another session')).toBeVisible();
    const forked = await sessionOf(page);
    expect((await stage.card(forked)).forked_from).toBe(id);
    await thread(page).getByRole('link', { name: 'open it' }).click();
    await expect(page).toHaveURL(new RegExp(id));
  });

  await test.step('edit a message of one’s own', async () => {
    const before = (await stage.card(id)).last_seq;
    const mine = thread(page).getByRole('article', { name: /^Message of/ }).filter({ hasText: 'turn {turns} is done' });
    await mine.hover();
    await mine.getByRole('button', { name: 'Edit and resend as a new session' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit and resend' });
    await expect(dialog.getByRole('textbox', { name: 'Message' })).toHaveValue('say: turn {turns} is done');
    await dialog.getByRole('textbox', { name: 'Message' }).fill('say: turn {turns} done differently');
    await dialog.getByRole('button', { name: /Start the fork/ }).click();
    await expect(thread(page).getByText('turn 2 done differently', { exact: true })).toBeVisible();
    expect((await stage.card(id)).last_seq).toBe(before);
  });

  await test.step('rename', async () => {
    await act(page, 'Rename');
    const field = page.getByRole('textbox', { name: 'Name of the session' });
    await field.fill('The apple, differently');
    await field.press('Enter');
    await expect(page.getByRole('heading', { name: 'The apple, differently' })).toBeVisible();
    await expect(page).toHaveTitle(/The apple, differently/);
  });

  await test.step('archive, and take back', async () => {
    const last = await sessionOf(page);
    await stage.until(last, (card) => card.status === 'idle');
    await act(page, 'Archive');
    await page.getByRole('dialog', { name: 'Archive a live session?' }).getByRole('button', { name: 'Stop and archive' }).click();
    await stage.until(last, (card) => card.archived && !card.live);
    // On a phone a session has the whole screen.
    if (info.project.name === 'phone') await page.getByRole('link', { name: 'Back' }).click();
    else await place(page, 'Sessions').click();
    const list = page.getByRole('region', { name: 'Sessions' });
    await expect(list.getByRole('link', { name: /The apple, differently/ })).toBeHidden();
    await list.getByRole('button', { name: 'Filter the list' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Archived' }).click();
    await list.getByRole('link', { name: /The apple, differently/ }).click();
    await expect(page).toHaveURL(new RegExp(last));
    await act(page, 'Take back from the archive');
    await stage.until(last, (card) => !card.archived && card.status === 'stopped');
    await expect(composer(page)).toBeVisible();
  });

  const history = await stage.history(id);
  expect(history.map((event) => event.seq)).toEqual(history.map((_, n) => n + 1));
  expect(history.filter((event) => event.kind === 'unknown')).toEqual([]);
  await stage.stopSessions(() => true);
});
