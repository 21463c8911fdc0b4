// How the browser stories run: Debian's Chromium, once as a desk and once as a phone. Never downloads a browser, never retries.
import { defineConfig } from '@playwright/test';

const stories = [
  { name: 'desktop', use: { viewport: { width: 1480, height: 900 } } },
  { name: 'phone', use: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } },
].map((project) => ({ ...project, testMatch: '**/*.spec.ts' }));
const pictures = [{ name: 'pictures', testMatch: 'pictures.ts' }];

export default defineConfig({
  testDir: '.',
  outputDir: 'test-results/files',
  reporter: [['list'], ['json', { outputFile: 'test-results/report.json' }]],
  forbidOnly: true,
  // A story that only passes the second time has found a fault.
  retries: 0,
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    actionTimeout: 15_000,
    // Nothing moves, so that what is looked at stands still.
    contextOptions: { reducedMotion: 'reduce' },
    browserName: 'chromium',
    launchOptions: {
      executablePath: process.env['ROOST_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: process.env['ROOST_SCREENS'] === '1' ? pictures : stories,
});
