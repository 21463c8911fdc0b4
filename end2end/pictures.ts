// The pictures of the README, taken of the demo's sessions. No story: it is run by itself, with ROOST_SCREENS=1, and checks nothing.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import { thread } from './fixtures/hands.ts';
import { type Project, Stage, test } from './fixtures/roost.ts';

const screens = join(dirname(fileURLToPath(import.meta.url)), 'screens');
const DESK = { width: 1480, height: 900 };
const PHONE = { width: 390, height: 844 };

async function shoot(
  browser: Browser,
  stage: Stage,
  path: string,
  theme: 'light' | 'dark',
  name: string,
  act?: (page: Page) => Promise<void>,
): Promise<void> {
  const phone = name.startsWith('phone');
  const context = await browser.newContext({
    baseURL: stage.base,
    viewport: phone ? PHONE : DESK,
    deviceScaleFactor: 2,
    ...(phone ? { isMobile: true, hasTouch: true } : {}),
    reducedMotion: 'reduce',
    storageState: await stage.signedIn('Chrome Linux'),
  });
  await context.addCookies([{ name: 'roost_theme', value: theme, url: stage.base }]);
  const page: Page = await context.newPage();
  const alive = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'));
  await page.goto(path);
  await alive;
  if (path.startsWith('/sessions/')) await thread(page).waitFor();
  await page.waitForLoadState('networkidle');
  await act?.(page);
  await page.screenshot({ path: join(screens, `${name}.png`) });
  await context.close();
}

/** Types a line into the terminal in view, and waits for what it prints. */
function typing(line: string): (page: Page) => Promise<void> {
  return async (page) => {
    await page.getByRole('group', { name: /^Terminal / }).click();
    await page.keyboard.type(`clear; ${line}\n`);
    await sleep(2_000);
  };
}

/** Replaces pieces of a file; each must be there. */
function edit(path: string, pieces: [string, string][]): void {
  const edited = pieces.reduce((text, [old, now]) => {
    if (!text.includes(old)) throw new Error(`${path} has no ${old}`);
    return text.replace(old, now);
  }, readFileSync(path, 'utf8'));
  writeFileSync(path, edited);
}

/** What somebody reviews: a queue in which some deliveries come first. */
function change(project: Project): void {
  edit(join(project.path, 'courier/queue.py'), [
    ['from collections import deque\n', 'import heapq\nfrom itertools import count\n'],
    ['self._waiting = deque()\n', 'self._waiting = []\n        self._order = count()\n'],
    ['put(self, delivery):\n        self._waiting.append(delivery)', 'put(self, delivery, urgent=False):\n        rank = (not urgent, next(self._order))\n        heapq.heappush(self._waiting, (rank, delivery))'],
    ['delivery = self._waiting.popleft()', 'rank, delivery = heapq.heappop(self._waiting)'],
    ['self._waiting.append(delivery)\n\n    def __len__', 'self.put(delivery, urgent=True)\n\n    def __len__'],
  ]);
  edit(join(project.path, 'courier/signing.py'), [['json.dumps(payload).encode()', 'json.dumps(payload, ensure_ascii=False).encode()']]);
  edit(join(project.path, 'tests/test_queue.py'), [['import unittest\n', 'import unittest\nfrom itertools import pairwise\n']]);
  execFileSync('git', ['add', 'courier/signing.py'], { cwd: project.path });
  writeFileSync(join(project.path, 'NOTES.md'), '# Urgent deliveries\n\nThey overtake the others, in their own order.\n');
}

/** Opens the change of the queue, and writes beside one of its lines. */
async function review(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^M ?courier\/queue\.py/ }).click();
  await page.getByText('Side by side', { exact: true }).click();
  const line = page.locator('.dl.a').filter({ hasText: 'rank = ' });
  await line.click({ position: { x: 8, y: 8 } });
  await page.getByRole('group', { name: 'Chosen lines' }).getByRole('button', { name: 'Comment' }).click();
  await page.getByRole('textbox', { name: 'Comment', exact: true }).fill('A counter that never resets: say in the docstring that it may grow for months.');
}

test('pictures', async ({ browser }) => {
  test.setTimeout(300_000);
  mkdirSync(screens, { recursive: true });
  const stage = await Stage.raise(15);
  try {
    const project = await stage.sample('courier');
    for (const [key, value] of [['user.name', 'Ada'], ['user.email', 'ada@example.org']] as const) {
      execFileSync('git', ['config', key, value], { cwd: project.path });
    }
    const ids = new Map<string, string>();
    for (const { then, ...start } of stage.demo()) {
      const card = await stage.create(project, start.prompt, start);
      ids.set(start.name, card.id);
      if (then === 'fail') await stage.until(card.id, (now) => now.status === 'failed');
      if (then === 'complete' || then === 'archive' || then === 'stop') {
        const done = await stage.until(card.id, (now) => now.waiting > 0 || now.status === 'idle' || then === 'stop');
        await stage.api('POST', `/sessions/${done.id}/${done.status === 'idle' ? 'complete' : 'stop'}`, {});
      }
      await sleep(1_000);
    }
    for (const name of ['Retry with backoff', 'Pick a store', 'Dead letters', 'Signatures of non-ASCII payloads']) {
      await stage.until(ids.get(name) ?? '', (now) => now.waiting > 0);
    }
    const retry = `/sessions/${ids.get('Retry with backoff')}`;
    await shoot(browser, stage, retry, 'light', 'session-light');
    await shoot(browser, stage, '/inbox', 'dark', 'phone-inbox-dark');
    await shoot(browser, stage, retry, 'dark', 'phone-session-dark');
    const shell = await stage.shell(project, 'Tests');
    const typed = typing('git log --oneline --graph --color; ls -l --color; python3 -m unittest 2>&1 | tail');
    await shoot(browser, stage, `/terminals/${shell.id}`, 'light', 'phone-terminal-light', typed);
    change(project);
    await shoot(browser, stage, `/projects/${project.id}/changes`, 'dark', 'changes-dark', review);
  } finally {
    await stage.strike();
  }
});
