// The composer: images by paste, drop and browse with their limits, messages that wait in the queue, drafts, and the two
// meanings of Enter.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { act, composer, open, send, thread } from './fixtures/hands.ts';
import { expect, expectAccessible, test } from './fixtures/roost.ts';

/** One pixel, red. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

/** Pastes or drops a file onto the composer, as a browser would. */
async function bring(page: Page, how: 'paste' | 'drop', name: string, type: string, data: string): Promise<void> {
  await composer(page).evaluate(
    (field, { how, name, type, data }) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name, { type }));
      const event =
        how === 'paste'
          ? new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true })
          : new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true });
      field.dispatchEvent(event);
    },
    { how, name, type, data },
  );
}

test('images are pasted, dropped and chosen, left out again, sent and shown', async ({ page, stage, project }) => {
  const card = await stage.rested(project, 'say: ready', { mode: 'session' });
  await open(page, card.id);
  const images = page.getByRole('list', { name: 'Images to send' });
  await bring(page, 'paste', 'pasted.png', 'image/png', PNG);
  await expect(images.getByRole('listitem')).toHaveCount(1);
  await bring(page, 'drop', 'dropped.png', 'image/png', PNG);
  await expect(images.getByRole('listitem')).toHaveCount(2);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach images' }).click();
  await (await chooser).setFiles({ name: 'chosen.png', mimeType: 'image/png', buffer: Buffer.from(PNG, 'base64') });
  await expect(images.getByRole('listitem')).toHaveCount(3);
  await images.getByRole('button', { name: 'Leave out dropped.png' }).click();
  await expect(images.getByRole('listitem')).toHaveCount(2);
  await expectAccessible(page);

  await send(page, 'say: seen');
  await expect(images).toBeHidden();
  const mine = thread(page).getByRole('article', { name: /^Message of/ }).last();
  await expect(mine.getByRole('img', { name: 'Attached image' })).toHaveCount(2);
  for (const image of await mine.getByRole('img', { name: 'Attached image' }).all()) {
    await expect.poll(() => image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(1);
  }
  await expect(thread(page).getByText('seen', { exact: true })).toBeVisible();
});

test('what is no image, or too large a one, is refused before it is sent', async ({ page, stage, project }) => {
  const card = await stage.rested(project, 'say: ready', { mode: 'session' });
  await open(page, card.id);
  await bring(page, 'drop', 'notes.txt', 'text/plain', btoa('no image'));
  await expect(page.getByText(/notes\.txt is no PNG, JPEG, GIF or WebP image/)).toBeVisible();
  await bring(page, 'drop', 'huge.png', 'image/png', Buffer.alloc(5 * 1024 * 1024 + 1).toString('base64'));
  await expect(page.getByText(/huge\.png has 5 MB/)).toBeVisible();
  for (let n = 0; n < 11; n++) await bring(page, 'drop', `small-${n}.png`, 'image/png', PNG);
  await expect(page.getByText('A message takes 10 images at most.')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Images to send' }).getByRole('listitem')).toHaveCount(10);
});

test('an image whose bytes are something else is refused by the server, and the text is kept', async ({ page, stage, project, watch }) => {
  const card = await stage.rested(project, 'say: ready', { mode: 'session' });
  await open(page, card.id);
  await bring(page, 'drop', 'liar.png', 'image/png', btoa('not a picture at all'));
  await composer(page).fill('say: look at this');
  // The refusal is what is looked for.
  watch.allow(/\b4(00|15|22)\b/);
  await page.getByRole('button', { name: /^Send/ }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Not sent' })).toBeVisible();
  await expect(composer(page)).toHaveValue('say: look at this');
});

test('messages wait for the turn to end, and are changed and taken back until then', async ({ page, stage, project, device }) => {
  const card = await stage.rested(project, 'say: ready', { mode: 'session' });
  await open(page, card.id);
  // A turn that lasts until the story lets it end; what only looks is allowed by the CLI itself.
  await send(page, 'bash: until [ -e go ]; do sleep 0.1; done ## Hold the turn\nsay: the first is done');
  await stage.until(card.id, (now) => now.status === 'running');
  await expect(page.getByRole('button', { name: /^Queue/ })).toBeVisible();
  await send(page, 'say: second');
  await send(page, 'say: third');
  const queue = page.getByRole('list', { name: 'Messages that wait' });
  await expect(queue.getByRole('listitem')).toHaveCount(2);
  const other = await device();
  await open(other, card.id);
  await expect(other.getByRole('list', { name: 'Messages that wait' }).getByRole('listitem')).toHaveCount(2);

  await queue.getByRole('listitem').filter({ hasText: 'second' }).getByRole('button', { name: 'Edit this message' }).click();
  await queue.getByRole('textbox', { name: 'The waiting message' }).fill('say: second, changed');
  await queue.getByRole('button', { name: 'Keep' }).click();
  await expect(queue.getByText('say: second, changed')).toBeVisible();
  await queue.getByRole('listitem').filter({ hasText: 'third' }).getByRole('button', { name: 'Take this message back' }).click();
  await expect(queue.getByRole('listitem')).toHaveCount(1);
  await expectAccessible(page);

  writeFileSync(join(project.path, 'go'), '');
  await expect(thread(page).getByText('second, changed', { exact: true })).toBeVisible();
  await expect(queue).toBeHidden();
  await stage.until(card.id, (now) => now.status === 'idle');
  await expect(thread(page).getByText('third', { exact: true })).toHaveCount(0);
});

test('Enter sends on a desk and starts a new line on a phone', async ({ page, stage, project }, info) => {
  const card = await stage.rested(project, 'say: ready', { mode: 'session' });
  await open(page, card.id);
  await composer(page).pressSequentially('say: one');
  if (info.project.name === 'phone') {
    await composer(page).press('Enter');
    await composer(page).pressSequentially('say: two');
    await expect(composer(page)).toHaveValue('say: one\nsay: two');
    await page.getByRole('button', { name: /^Send/ }).click();
    await expect(thread(page).getByText('two', { exact: true })).toBeVisible();
  } else {
    await composer(page).press('Shift+Enter');
    await composer(page).pressSequentially('say: two');
    await expect(composer(page)).toHaveValue('say: one\nsay: two');
    await composer(page).press('Enter');
    await expect(composer(page)).toHaveValue('');
    await expect(thread(page).getByText('two', { exact: true })).toBeVisible();
  }
});

test('a session without a conversation says that a message starts it afresh', async ({ page, stage, project, watch }) => {
  // The one way to have no conversation: the agent was stopped before it said its name.
  const card = await stage.create(project, 'say: never said');
  await stage.api('POST', `/sessions/${card.id}/stop`, {});
  const now = await stage.until(card.id, (one) => one.status === 'stopped' && !one.live);
  await open(page, now.id);
  // What it was to begin with either waits still, or was given to an agent that is gone.
  const fresh = page.getByText(/Its agent has not begun|starts it afresh: it will not know what was said/);
  const known = (await stage.api<{ session: { claude_session_id: string | null } }>('GET', `/sessions/${card.id}`)).session.claude_session_id;
  await expect(fresh).toBeVisible({ visible: known === null });
  await send(page, 'say: a new start');
  await expect(thread(page).getByText('a new start', { exact: true })).toBeVisible();
  await stage.until(card.id, (one) => one.status === 'idle');
  await act(page, 'Complete now');
  await stage.until(card.id, (one) => one.status === 'completed');
  expect(watch.faults).toEqual([]);
});
