// The composer: images by paste, drop and browse with their limits, messages that wait in the queue, drafts, and the two
// meanings of Enter.
import type { Page } from '@playwright/test';
import { composer, open, thread } from './fixtures/hands.ts';
import { expect, test } from './fixtures/roost.ts';

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
