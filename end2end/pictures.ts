// The pictures of the README, taken of the demo's sessions. No story: it is run by itself, with ROOST_SCREENS=1, and checks nothing.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import { thread } from './fixtures/hands.ts';
import { Stage, test } from './fixtures/roost.ts';

const screens = join(dirname(fileURLToPath(import.meta.url)), 'screens');
const DESK = { width: 1480, height: 900 };
const PHONE = { width: 390, height: 844 };

async function shoot(
  browser: Browser,
  stage: Stage,
  path: string,
  theme: 'light' | 'dark',
  name: string,
  typed?: string,
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
  if (typed !== undefined) {
    await page.getByRole('group', { name: /^Terminal / }).click();
    await page.keyboard.type(`clear; ${typed}\n`);
    await sleep(2_000);
  }
  await page.screenshot({ path: join(screens, `${name}.png`) });
  await context.close();
}

test('pictures', async ({ browser }) => {
  test.setTimeout(300_000);
  mkdirSync(screens, { recursive: true });
  const stage = await Stage.raise(15);
  try {
    const project = await stage.sample('courier');
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
    const typed = "git log --oneline --graph --color; ls -l --color; python3 -m unittest 2>&1 | tail";
    await shoot(browser, stage, `/terminals/${shell.id}`, 'light', 'phone-terminal-light', typed);
  } finally {
    await stage.strike();
  }
});
