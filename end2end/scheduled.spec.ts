// Scheduled by Claude: what an agent leaves for later is listed with when it runs, and deleted where it is kept.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { open, thread } from './fixtures/hands.ts';
import { awake, expect, expectAccessible, expectNoOverflow, test } from './fixtures/roost.ts';

const durable = { cron: '0 9 * * 1-5', prompt: 'say: good morning', recurring: true, durable: true };

test('what an agent schedules is listed, keeps its job alive, and can be deleted', async ({ page, stage, project }) => {
  const prompt = `cron: */5 * * * * | say: tick\ntool: CronCreate ${JSON.stringify(durable)}\nsay: Both are scheduled.`;
  const card = await stage.rested(project, prompt, { mode: 'job', permission_mode: 'acceptEdits', name: 'Tends the orchard' });
  // A job would end before its schedule does.
  expect((await stage.card(card.id)).mode).toBe('session');
  await open(page, card.id);
  await expect(thread(page).getByText(/This job is kept as a session now/)).toBeVisible();

  await page.goto(`/projects/${project.id}/scheduled`);
  await awake(page);
  const task = (words: RegExp) => page.getByRole('listitem').filter({ hasText: words });
  const tick = task(/say: tick/);
  await expect(tick).toContainText(/every 5 minutes/i);
  await expect(tick).toContainText('Session');
  await expect(tick).toContainText(/next in/);
  const morning = task(/good morning/);
  await expect(morning).toContainText(/Monday/);
  await expect(morning).toContainText('Durable');
  await expect(morning.getByRole('link', { name: card.name })).toBeVisible();
  await expectAccessible(page);
  await expectNoOverflow(page);

  await morning.getByRole('button', { name: /^Delete/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete this task?' });
  await expect(dialog).toContainText('taken out of the project');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(morning).toHaveCount(0);
  expect(JSON.parse(readFileSync(join(project.path, '.claude/scheduled_tasks.json'), 'utf8')).tasks).toEqual([]);

  // What belongs to a session only its agent can delete.
  await tick.getByRole('button', { name: /^Delete/ }).click();
  await dialog.getByRole('button', { name: 'Ask the agent' }).click();
  await expect(tick).toHaveCount(0);
  await expect(page.getByText('Nothing is scheduled')).toBeVisible();
});

test('a schedule sleeps with its session, and comes back with it', async ({ page, stage, project }) => {
  const card = await stage.rested(project, 'cron: 30 4 * * * | say: early\nsay: ready', { mode: 'session', permission_mode: 'acceptEdits', name: 'Rises early' });
  await stage.api('POST', `/sessions/${card.id}/close`, {});
  await stage.until(card.id, (now) => now.status === 'completed');
  await page.goto(`/projects/${project.id}/scheduled`);
  await awake(page);
  const task = page.getByRole('listitem').filter({ hasText: 'say: early' });
  await expect(task).toContainText('comes back when its session is resumed');
  await stage.api('POST', `/sessions/${card.id}/messages`, { id: crypto.randomUUID(), text: 'tool: CronList {}\nsay: back' });
  await expect(task).toContainText(/next in/);
});
