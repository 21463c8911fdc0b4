// The first walkthrough: from the composer over the actor, the keeper and the CLI to the thread, and into every other page
// and API that looks at the session.
import { open, send, thread } from './fixtures/hands.ts';
import { expect, test } from './fixtures/roost.ts';

test('a failure is said in words, and the next message goes on', async ({ page, stage, project, watch }) => {
  const card = await stage.create(project, 'error: 400 the kettle is on fire');
  await open(page, card.id);
  await expect(thread(page).getByText(/kettle is on fire/).first()).toBeVisible();
  await stage.until(card.id, (now) => now.status === 'failed');
  await send(page, 'say: better now');
  await expect(thread(page).getByText('better now', { exact: true })).toBeVisible();
  expect(watch.faults).toEqual([]);
});
