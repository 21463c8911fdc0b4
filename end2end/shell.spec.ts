// The frame around every page: theme, width, keys, empty states, unknown addresses; every page checked for accessibility in
// light and dark.
import { thread } from './fixtures/hands.ts';
import { type Project, Stage, awake, expect, expectAccessible, expectNoOverflow, test } from './fixtures/roost.ts';

/** A session that shows a bit of everything, and waits. */
async function scene(stage: Stage, project: Project): Promise<string> {
  const prompt = [
    'think: let me see',
    'say: A list:\\n\\n- `one`\\n- two\\n\\n```rust\\nfn main() { println!("a long line that needs more room than a phone has to give to it"); }\\n```\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |',
    'bash: ls nowhere-at-all-in-a-directory-whose-name-is-much-too-long-for-a-small-screen',
    'read: src/tree.txt',
    'edit: src/tree.txt | branch | bough-with-a-name-that-is-far-too-long-for-any-phone-that-was-ever-made-anywhere-on-earth',
    'todo: [>] prune; [ ] water',
  ].join('\n');
  const card = await stage.create(project, `${prompt}\nask: Which store is best for the deliveries? | SQLite - one file | Postgres - a server`, {
    mode: 'session',
    name: 'A session with a rather long name that does not fit anywhere',
    permission_mode: 'acceptEdits',
  });
  await stage.until(card.id, (now) => now.waiting > 0);
  return card.id;
}

for (const theme of ['light', 'dark'] as const) {
  test(`every page is accessible and no wider than the screen, ${theme}`, async ({ page, context, stage, project, watch }, info) => {
    test.setTimeout(150_000);
    watch.allow(/404.*no-such-page/);
    const screen = info.project.use.viewport ?? { width: 1480, height: 900 };
    await context.addCookies([{ name: 'roost_theme', value: theme, url: stage.base }]);
    const id = await scene(stage, project);
    await stage.rested(project, 'say: done', { name: 'Another one' });
    const untrusted = await stage.api<Project>('POST', '/projects', { path: stage.folder({ 'CLAUDE.md': 'x' }) });
    const paths = [
      '/inbox',
      '/sessions',
      `/sessions/${id}`,
      '/new',
      '/terminals',
      '/projects',
      `/projects/${project.id}`,
      `/projects/${untrusted.id}`,
      '/settings',
      '/sign-in',
      '/no-such-page',
    ];
    for (const path of paths) {
      await page.goto(path);
      await awake(page);
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      await expectAccessible(page);
      for (const width of [screen.width, 360]) {
        await page.setViewportSize({ width, height: 800 });
        await expectNoOverflow(page);
      }
      await page.setViewportSize(screen);
    }
    await stage.api('DELETE', `/projects/${untrusted.id}`);
  });
}

test('the theme is right on the first paint, before any script', async ({ browser, stage, login, page }) => {
  await page.goto('/settings');
  await awake(page);
  await page.getByRole('radiogroup', { name: 'Theme' }).getByText('Dark').click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  const theme = (await page.context().cookies()).find((cookie) => cookie.name === 'roost_theme');
  expect(theme?.value).toBe('dark');
  const still = await browser.newContext({ javaScriptEnabled: false, baseURL: stage.base, storageState: login });
  await still.addCookies([{ name: 'roost_theme', value: 'dark', url: stage.base }]);
  const plain = await still.newPage();
  await plain.goto('/settings');
  const dark = await plain.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await plain.goto('/inbox');
  await expect(plain.getByRole('heading', { name: 'Inbox' })).toBeVisible();
  expect(dark).toBe(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
  await still.close();
});

test('keys alone go everywhere, and the sheet names them', async ({ page, stage, project }, info) => {
  const card = await stage.create(project, 'bash: touch by-key.txt\nsay: touched', { name: 'By keys', mode: 'session' });
  await stage.until(card.id, (now) => now.waiting > 0);
  await page.goto('/inbox');
  await awake(page);
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  for (const words of ['New session', 'Go to Sessions', 'Allow', 'Next in a list']) await expect(sheet).toContainText(words);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();

  for (const [keys, path] of [['gp', '/projects'], ['gt', '/settings'], ['gs', '/sessions']] as const) {
    for (const key of keys) await page.keyboard.press(key);
    await expect(page).toHaveURL(path);
  }
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(card.id));
  await expect(thread(page)).toBeVisible();
  await page.keyboard.press('y');
  await stage.until(card.id, (now) => now.status === 'idle');
  await page.keyboard.press('n');
  await expect(page).toHaveURL('/new');
  const prompt = page.getByLabel('What is to be done?');
  await expect(prompt).toBeVisible();
  // Without being asked, the keyboard of a phone would cover half of it.
  if (info.project.name !== 'phone') await expect(prompt).toBeFocused();
  await page.keyboard.press('Escape');
});

test('a fresh Roost says what to do first, everywhere', async ({ browser, watch, viewport }) => {
  const fresh = await Stage.raise();
  try {
    const context = await browser.newContext({
      baseURL: fresh.base,
      viewport,
      reducedMotion: 'reduce',
      storageState: await fresh.signedIn('Chrome Linux'),
    });
    const page = watch.over(await context.newPage());
    for (const [path, words] of [
      ['/', 'Welcome to Roost'],
      ['/sessions', 'No project yet'],
      ['/projects', 'No projects yet'],
      ['/new', 'First, a project'],
    ] as const) {
      await page.goto(path);
      await awake(page);
      await expect(page.getByRole('heading', { name: words })).toBeVisible();
      await expectAccessible(page);
      await expectNoOverflow(page);
    }
    await context.close();
  } finally {
    await fresh.strike();
  }
});

test('what does not exist is said to be missing, with the right status', async ({ page, watch }) => {
  watch.allow(/404/);
  const nobody = '00000000-0000-7000-8000-000000000000';
  for (const [path, what] of [
    ['/no-such-page', 'page'],
    [`/sessions/${nobody}`, 'session'],
    ['/sessions/none', 'session'],
    [`/projects/${nobody}`, 'project'],
  ] as const) {
    const response = await page.goto(path);
    expect(response?.status(), path).toBe(404);
    await expect(page.getByRole('heading', { name: `There is no such ${what}` })).toBeVisible();
    await awake(page);
  }
  await page.getByRole('link', { name: 'Go back' }).click();
  await expect(page.getByRole('heading', { name: 'Projects', level: 1 })).toBeVisible();
});

test('a project is renamed, moved, put away and forgotten, and its files stay', async ({ page, stage, project }) => {
  await page.goto('/projects');
  await awake(page);
  const menu = async (item: string) => {
    await page.getByRole('main').getByRole('button', { name: /^More about/ }).first().click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await menu('Rename…');
  const rename = page.getByRole('dialog', { name: 'Rename project' });
  await rename.getByLabel('Name').fill('Pears');
  await rename.getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByRole('main').getByRole('link', { name: 'Pears' })).toBeVisible();
  await menu('Archive');
  await expect(page.getByText('Archived 1')).toBeVisible();
  await page.getByText('Archived 1').click();
  await menu('Take back');
  await expect(page.getByText(/^Archived/)).toBeHidden();
  const { name } = await stage.api<Project>('GET', `/projects/${project.id}`);
  expect(name).toBe('Pears');
});
