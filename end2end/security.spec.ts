// Nobody gets in: without a cookie there is the sign-in page and nothing else, a link works once, every page has its policy.
import { awake, expect, test } from './fixtures/roost.ts';

const NOBODY = { cookies: [], origins: [] };

test.describe('without a cookie', () => {
  test.use({ storageState: NOBODY });

  test('every address leads to the sign-in page', async ({ page, stage, project, watch }) => {
    const card = await stage.create(project, 'say: a secret answer');
    for (const path of ['/', '/inbox', '/sessions', `/sessions/${card.id}`, '/new', '/projects', '/settings', '/no-such-page']) {
      await page.goto(path);
      await expect(page, path).toHaveURL('/sign-in');
      await expect(page.getByRole('heading', { name: 'Sign in to Roost' })).toBeVisible();
      expect(await page.content()).not.toContain(project.name);
    }
    // This refusal is what is looked for.
    watch.allow(/401/);
    const status = await page.evaluate(async () => (await fetch('/api/v1/sessions')).status);
    expect(status).toBe(401);
  });

  test('a link signs in once, and its code stays nowhere', async ({ page, stage, watch }) => {
    const link = stage.roost('link').trim();
    const code = link.split('#')[1] ?? '';
    expect(code.length).toBeGreaterThan(20);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(link);
    await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible();
    expect(page.url()).not.toContain(code);
    expect(asked.filter((url) => url.includes(code))).toEqual([]);
    expect(await page.evaluate(() => document.cookie)).toBe('');

    await page.context().clearCookies();
    // The second try is refused, which the browser notes.
    watch.allow(/401/);
    await page.goto('/sign-in');
    await awake(page);
    await page.getByLabel('Or paste the link').fill(link);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText(/used|expired|not (good|valid)/i);
  });
});

test('every page has a strict policy with a nonce of its own', async ({ page }) => {
  const nonces = new Set<string>();
  for (const path of ['/', '/sessions', '/projects', '/settings', '/sign-in']) {
    const headers = (await page.goto(path))?.headers() ?? {};
    const policy = headers['content-security-policy'] ?? '';
    expect(policy, path).toContain("default-src 'none'");
    expect(policy, path).not.toContain('unsafe-inline');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-frame-options']).toBe('DENY');
    nonces.add(/'nonce-([^']+)'/.exec(policy)?.[1] ?? '');
    await awake(page);
  }
  expect(nonces.size).toBe(5);
  expect(nonces.has('')).toBe(false);
});

test('what an agent says cannot run, load or lead astray', async ({ page, stage, project }) => {
  const evil = [
    'say: <script>document.title="owned"</script><img src=x onerror="document.title=`owned`">',
    'say: This is **bold** and <b onclick="document.title=1">half raw</b>.',
    'say: [a link](javascript:alert(1)) and [another](https://example.org/) and ![remote](https://example.org/x.png)',
  ].join('\n');
  const outside: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(stage.base) && !/^(data|blob):/.test(request.url())) outside.push(request.url());
  });
  const card = await stage.rested(project, evil, { name: 'Harmless' });
  await page.goto(`/sessions/${card.id}`);
  await awake(page);
  await expect(page.getByText('bold', { exact: true })).toBeVisible();
  await expect(page).toHaveTitle(/^Roost · Harmless|Harmless/);
  expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
  await expect(page.getByRole('link', { name: 'another' })).toHaveAttribute('rel', /noopener/);
  expect(outside).toEqual([]);
});

test('a device that is signed out is out at once', async ({ page, stage, device }) => {
  // Stories share a stage, so this device has a name that no other has.
  const agent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1';
  const other = await device({ storageState: await stage.signedIn(agent) });
  await other.goto('/inbox');
  await awake(other);
  await page.goto('/settings');
  await awake(page);
  const row = page.getByRole('listitem').filter({ hasText: 'Safari on iPhone' });
  await row.getByRole('button', { name: 'Sign out' }).click();
  await expect(other).toHaveURL('/sign-in');
});
