// Terminals: typing, sharing, reloading, and what becomes of them when the server goes. What is on a screen is read from the
// library's own rows: a terminal has no other text on a page.
import type { Locator, Page } from '@playwright/test';
import { AWAY, expect, expectAccessible, expectNoOverflow, LABELS, test } from './fixtures/roost.ts';
import { act as chooses, composer, send, sessionOf, thread } from './fixtures/hands.ts';
import { awake } from './fixtures/watch.ts';

const rows = (page: Page): Locator => page.locator('.xterm-rows');
const screen = (page: Page): Locator => page.getByRole('group', { name: /^Terminal / });

/** The rows of the screen, without what is empty at their ends. */
const text = (page: Page): Promise<string[]> =>
  rows(page)
    .locator('> div')
    .evaluateAll((all) => all.map((row) => (row.textContent ?? '').replaceAll('\u00a0', ' ').trimEnd()));

/** Shows a terminal and waits until its shell was heard. */
async function show(page: Page, id: string): Promise<void> {
  await page.goto(`/terminals/${id}`);
  await awake(page);
  await expect(rows(page)).toContainText(/[#$%>]/);
}

/** Types a line as a person would: at the screen. */
async function type(page: Page, line: string): Promise<void> {
  await screen(page).click();
  await page.keyboard.type(`${line}\n`);
}

/** Chooses from the menu of the terminal in view. */
async function act(page: Page, words: string): Promise<void> {
  await page.getByRole('button', { name: 'More about the terminal' }).click();
  await page.getByRole('menu', { name: 'More about the terminal' }).getByText(words, { exact: true }).click();
}

/** Columns and rows as the shell has them. */
let asked = 0;
async function size(page: Page): Promise<string> {
  // What was answered before is no answer.
  const mark = `size-${++asked}`;
  await type(page, `clear; echo ${mark} $(stty size) done`);
  const answer = new RegExp(`${mark} (\\d+ \\d+) done`);
  await expect(rows(page)).toContainText(answer);
  return (await text(page)).join('\n').match(answer)?.[1] ?? '';
}

test('a shell is opened from its project, typed into, renamed, ended, started anew and closed', async ({ page, project }) => {
  await page.goto(`/projects/${project.id}`);
  await awake(page);
  await page.getByRole('button', { name: 'New terminal' }).click();
  await expect(page).toHaveURL(/\/terminals\/[0-9a-f-]{36}/);
  await type(page, 'echo roo""st-$((6*7)); pwd');
  await expect(rows(page)).toContainText('roost-42');
  await expect(rows(page)).toContainText(project.name);
  await expectAccessible(page);
  await expectNoOverflow(page);

  await act(page, 'Rename…');
  await page.getByRole('textbox', { name: 'Name' }).fill('Build & watch');
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(page.getByRole('tab', { name: 'Build & watch' })).toBeVisible();

  await type(page, 'exit 3');
  await expect(page.getByText('The shell ended with code 3.')).toBeVisible();
  await page.keyboard.type('x');
  await expect(page.getByText('The shell has ended: nobody hears what is typed.')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Start anew' }).click();
  await expect(page.getByText('The shell ended with code 3.')).toBeHidden();
  await type(page, 'echo once-$((1+1))');
  await expect(rows(page)).toContainText('once-2');

  await page.goto('/terminals');
  await awake(page);
  await expect(page.getByRole('link', { name: /Build & watch/ })).toBeVisible();
  await expectAccessible(page);
  await expectNoOverflow(page);
  await page.getByRole('link', { name: /Build & watch/ }).click();
  await expect(rows(page)).toContainText('once-2');
  await act(page, 'Close');
  await expect(page).toHaveURL(/\/terminals$/);
  await expect(page.getByRole('link', { name: /Build & watch/ })).toHaveCount(0);
});

test('closing asks when something runs', async ({ page, stage, project, watch }) => {
  // The refusal is the question.
  watch.allow(/409/);
  const shell = await stage.shell(project, 'Sleeper');
  await show(page, shell.id);
  await type(page, 'sleep 1000');
  await expect(rows(page)).toContainText('sleep 1000');
  const asked = page.getByRole('dialog', { name: 'Close the terminal?' });
  await act(page, 'Close');
  await expect(asked).toContainText('sleep is running in it.');
  await asked.getByRole('button', { name: 'Keep it' }).click();
  await expect(asked).toBeHidden();
  await act(page, 'Close');
  await asked.getByRole('button', { name: 'End it and close' }).click();
  await expect(page).toHaveURL(/\/terminals$/);
});

test('several terminals of a project are tabs, on their page and in the inspector of a session', async ({ page, stage, project }, info) => {
  const [first, second] = [await stage.shell(project, 'First'), await stage.shell(project, 'Second')];
  await show(page, first.id);
  await type(page, 'echo in-the-first');
  await expect(rows(page)).toContainText('in-the-first');
  await page.getByRole('tab', { name: 'Second' }).click();
  await expect(page).toHaveURL(new RegExp(second.id));
  await expect(rows(page)).not.toContainText('in-the-first');
  await page.getByRole('button', { name: 'New terminal' }).click();
  await expect(page.getByRole('tab')).toHaveCount(3);
  await page.getByRole('tab', { name: 'First' }).click();
  await expect(rows(page)).toContainText('in-the-first');

  const card = await stage.rested(project, 'say: ready', { mode: 'session' });
  await page.goto(`/sessions/${card.id}`);
  await awake(page);
  if (info.project.name === 'phone') await page.getByRole('button', { name: 'Changes and details' }).click();
  await page.getByRole('tab', { name: 'Terminals' }).click();
  await expect(rows(page)).toContainText('in-the-first');
  await expectAccessible(page);
  await expectNoOverflow(page);
});

test('a page that is loaded again shows exactly what was there', async ({ page, stage, project }) => {
  const shell = await stage.shell(project);
  await show(page, shell.id);
  await type(page, `clear; printf '\\033[31mred\\033[0m \\033[7mturned\\033[0m wide: 漢字 done\\n'; seq 1 40`);
  // All of it, up to the prompt that waits.
  await expect.poll(async () => (await text(page)).filter((row) => row.trim() !== '').slice(-2).join('|')).toMatch(/^40\s*\|[#$]\s*$/);
  const before = await text(page);
  await page.reload();
  await awake(page);
  await expect.poll(() => text(page)).toEqual(before);
  await type(page, 'echo and-on');
  await expect(rows(page)).toContainText('and-on');
});

test('vim, colours and wide text are the same on a page that saw them come and on one that gets the picture', async ({ page, stage, project, device }) => {
  const shell = await stage.shell(project);
  await show(page, shell.id);
  const other = await device();
  // Every character with its colours; how the library groups and spaces them is its business.
  const drawn = (one: Page) =>
    rows(one)
      .locator('> div')
      .evaluateAll((all) =>
        all.map((row) => {
          const letters = [...row.querySelectorAll('span')].flatMap((span) => {
            const { color, backgroundColor, fontWeight, fontStyle, textDecorationLine } = getComputedStyle(span);
            const looks = span.className.includes('cursor') ? '' : [color, backgroundColor, fontWeight, fontStyle, textDecorationLine].join();
            return [...(span.textContent ?? '')].map((letter) => (letter.trim() ? `${letter} ${looks}` : ' '));
          });
          return letters.slice(0, letters.findLastIndex((letter) => letter !== ' ') + 1);
        }),
      );
  const same = async () => {
    await other.goto(`/terminals/${shell.id}`);
    await awake(other);
    await expect.poll(() => drawn(other)).toEqual(await drawn(page));
  };
  const colours = [...Array(16).keys()].map((n) => `\\033[38;5;${n}m${n}\\033[48;5;${n}m#\\033[0m`).join(' ');
  await type(page, `clear; printf '${colours}\\n\\033[1;3;4;38;2;200;120;40mtrue\\033[0m\\n漢字 e\\314\\201 🐓 |\\n'`);
  await expect(rows(page)).toContainText('漢字');
  await same();

  await type(page, 'vim -u NONE -c "set number ruler" src/tree.txt');
  await expect(rows(page)).toContainText('1 root');
  await page.keyboard.type('othe newest leaf\u001b');
  await expect(rows(page)).toContainText('2 the newest leaf');
  await expect(rows(page)).toContainText('2,15');
  await same();
  await page.keyboard.type(':q!\n');
  await expect(rows(page)).toContainText('漢字');
  await same();
});

test('two devices: looking changes nothing, taking over is deliberate', async ({ page, stage, project, device }) => {
  const shell = await stage.shell(project);
  await show(page, shell.id);
  const mine = await size(page);
  const other = await device({ viewport: { width: 700, height: 500 } });
  await show(other, shell.id);
  await expect(other.getByText(`${LABELS.first} sets the size.`)).toBeVisible();
  await expect(rows(other)).toContainText(`${mine} done`);
  await expectAccessible(other);
  // Both type, both see; the size stays.
  await type(other, 'echo from-the-other');
  await expect(rows(page)).toContainText('from-the-other');
  expect(await size(page)).toBe(mine);
  // What was scaled shows every column.
  const fits = await other.evaluate(() => {
    const [host, rows] = ['.terminal-host', '.xterm-screen'].map((one) => document.querySelector(one)?.getBoundingClientRect());
    return (rows?.width ?? Infinity) <= (host?.width ?? 0) + 1;
  });
  expect(fits).toBe(true);

  await other.getByRole('button', { name: 'Fit it to this screen' }).click();
  await expect(page.getByText(`${LABELS.second} sets the size.`)).toBeVisible();
  expect(await size(other)).not.toBe(mine);
  // Leaving and coming back takes nothing from anyone.
  await page.reload();
  await expect(page.getByText(`${LABELS.second} sets the size.`)).toBeVisible();
  await page.getByRole('button', { name: 'Fit it to this screen' }).click();
  await expect(other.getByText(`${LABELS.first} sets the size.`)).toBeVisible();
  expect(await size(page)).toBe(mine);

  await act(other, 'Look only');
  await expect(other.getByText('You only look.')).toBeVisible();
  await screen(other).click();
  await other.keyboard.type('never');
  await expect(other.getByText('This view is for looking only.')).toBeVisible();
  expect((await text(page)).join('\n')).not.toContain('never');
});

test('the server is killed while a program writes, and the tail is exact', async ({ page, stage, project, watch }) => {
  watch.allow(...AWAY);
  const shell = await stage.shell(project);
  await show(page, shell.id);
  await type(page, 'clear; seq 1 2000000; echo all-""told');
  // What it prints, not what was typed.
  await expect(rows(page).locator('> div').filter({ hasText: /^\d{5,}\s*$/ }).first()).toBeVisible();
  await stage.kill();
  await expect(page.getByText('The server is not heard. Trying again…')).toBeVisible();
  await page.keyboard.type('x');
  await expect(page.getByText('The server is not heard: what was typed did not arrive.')).toBeVisible();
  await stage.start();
  await expect(rows(page)).toContainText('all-told', { timeout: 60_000 });
  await act(page, 'Show as text…');
  const shown = await page.getByLabel('What the terminal shows').innerText();
  const numbers = shown.split('\n').filter((line) => /^\d+$/.test(line)).map(Number);
  expect(numbers.length).toBeGreaterThan(5_000);
  expect(numbers).toEqual(Array.from(numbers, (_, at) => 2_000_000 - numbers.length + 1 + at));
});

test('a text is found in what has scrolled away', async ({ page, stage, project }) => {
  const shell = await stage.shell(project);
  await show(page, shell.id);
  await type(page, 'clear; echo nee""dle one; seq 1 300; echo nee""dle two');
  await expect(rows(page)).toContainText('needle two');
  await page.keyboard.press('Control+Shift+F');
  const field = page.getByRole('searchbox', { name: 'Find in the terminal' });
  await expect(field).toBeFocused();
  await field.fill('needle');
  await expect(page.getByText('2 of 2')).toBeVisible();
  await field.press('Enter');
  await expect(page.getByText('1 of 2')).toBeVisible();
  await expect(rows(page)).toContainText('needle one');
  await field.fill('haystack');
  await expect(page.getByText('None', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await field.press('Escape');
  await expect(field).toBeHidden();
});

test('the clipboard is asked for once, and a disguised link says where it leads', async ({ page, stage, project, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stage.base });
  const shell = await stage.shell(project);
  await show(page, shell.id);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await type(page, `printf '\\033]52;c;%s\\a' $(printf first | base64)`);
  await expect(page.getByText('A program wants to copy')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Always, from here' }).click();
  await expect.poll(copied).toBe('first');
  await type(page, `printf '\\033]52;c;%s\\a' $(printf second | base64)`);
  await expect.poll(copied).toBe('second');
  await expect(page.getByText('A program wants to copy')).toBeHidden();

  await type(page, `clear; printf '\\033]8;;https://example.org/elsewhere\\a%s\\033]8;;\\a\\n' harmless`);
  const link = rows(page).getByText('harmless', { exact: true }).last();
  await expect(link).toBeVisible();
  // The screen itself takes the pointer.
  const box = await link.boundingBox();
  await page.mouse.move((box?.x ?? 0) + 10, (box?.y ?? 0) + 8);
  await page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + 8);
  await page.mouse.click((box?.x ?? 0) + 20, (box?.y ?? 0) + 8);
  const asked = page.getByRole('dialog', { name: 'Open this address?' });
  await expect(asked).toContainText('https://example.org/elsewhere');
  await asked.getByRole('button', { name: 'Cancel' }).click();

  // A ruler under the pointer is no path, and looking for one takes no time.
  await type(page, `clear; printf '=%.0s' $(seq 1 400); echo; echo ru""led`);
  await expect(rows(page)).toContainText('ruled');
  const ruler = await rows(page).getByText('====').first().boundingBox();
  await page.mouse.move((ruler?.x ?? 0) + 30, (ruler?.y ?? 0) + 8);
  await page.mouse.move((ruler?.x ?? 0) + 60, (ruler?.y ?? 0) + 8);
  await type(page, 'echo an""swered');
  await expect(rows(page)).toContainText('answered');
});

test('a keyboard gets in and out, and type can be made larger', async ({ page, stage, project }) => {
  const shell = await stage.shell(project);
  await show(page, shell.id);
  await screen(page).click();
  await page.keyboard.press('Control+Shift+E');
  await expect(page.getByRole('tab', { selected: true })).toBeFocused();
  const before = await size(page);
  for (let n = 0; n < 5; n++) await act(page, 'Larger type');
  await expect.poll(() => size(page)).not.toBe(before);
  await page.reload();
  await expect(rows(page)).toContainText('size');
  expect(await size(page)).not.toBe(before);
  await act(page, 'For a screen reader');
  await expect(page.getByRole('listitem').filter({ hasText: 'size' }).first()).toBeAttached();
});

test('a terminal that was closed elsewhere is left, and its address says that it is gone', async ({ page, stage, project, watch }) => {
  watch.allow(/404/);
  const shell = await stage.shell(project, 'Doomed');
  await show(page, shell.id);
  await stage.api('DELETE', `/terminals/${shell.id}?force=true`);
  await expect(page).toHaveURL(/\/terminals$/);
  await expect(page.getByText('No terminals')).toBeVisible();
  await page.goto(`/terminals/${shell.id}`);
  await expect(page.getByText('There is no such terminal')).toBeVisible();
  await expectAccessible(page);
});

test('a phone has the keys that its keyboard lacks, and sends a line as a whole', async ({ stage, project, device }) => {
  const shell = await stage.shell(project);
  const phone = await device({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  await show(phone, shell.id);
  const line = phone.getByRole('textbox', { name: 'A line for the terminal' });
  // What is in quotes is on the screen as it was written only once the shell has answered.
  await line.fill('echo a whole li""ne; cat');
  await phone.getByRole('button', { name: 'Send the line' }).tap();
  await expect(rows(phone)).toContainText('a whole line');
  await expect(line).toHaveValue('');
  // Ctrl is held for one key, by the row and by the keyboard.
  const ctrl = phone.getByRole('button', { name: /^ctrl/ });
  await screen(phone).tap();
  await ctrl.tap();
  await expect(ctrl).toHaveAttribute('aria-pressed', 'true');
  await phone.keyboard.type('c');
  await expect(ctrl).toHaveAttribute('aria-pressed', 'false');
  await line.fill('echo in""terrupted; sleep 1000');
  await phone.getByRole('button', { name: 'Send the line' }).tap();
  await expect(rows(phone)).toContainText('interrupted');
  await phone.getByRole('button', { name: /^\^C/ }).tap();
  // A long paste arrives whole, and without what would end it.
  await line.fill('stty raw -echo; echo lis""tening; head -c 200001 | wc -c; stty sane; echo at ""rest');
  await line.press('Enter');
  await expect(rows(phone)).toContainText('listening');
  await line.fill(`${'a'.repeat(200_000)}\u001b`);
  await line.press('Enter');
  await expect(rows(phone)).toContainText('200001');
  // Before that, an Enter is not the end of a line.
  await expect(rows(phone)).toContainText('at rest');
  await line.fill('echo and a""gain');
  await line.press('Enter');
  await expect(rows(phone)).toContainText('and again');
  await expectAccessible(phone);
  await expectNoOverflow(phone);
});

test('on a slow link keys show before their echo, but never what is not echoed', async ({ page, stage, project }) => {
  // What the terminal shows is held back for as long as the story wants.
  let held: (() => void)[] | undefined;
  await page.routeWebSocket(/\/api\/v1\/terminals\//, (page) => {
    const server = page.connectToServer();
    server.onMessage((frame) => (held === undefined ? page.send(frame) : held.push(() => page.send(frame))));
  });
  const hold = () => {
    held = [];
  };
  const release = () => {
    const all = held ?? [];
    held = undefined;
    all.forEach((send) => send());
  };
  const shell = await stage.shell(project);
  await show(page, shell.id);
  await act(page, 'Show keys at once');
  await type(page, 'cat');
  await expect(rows(page)).toContainText('cat');
  // Each prediction that is ever drawn, however short.
  await page.evaluate(() => {
    const drawn: string[] = [];
    Object.assign(window, { drawn });
    new MutationObserver(() => {
      const shown = document.querySelector('.predicted')?.textContent;
      if (shown != null && drawn.at(-1) !== shown) {
        drawn.push(shown);
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
  const drawn = () => page.evaluate(() => (window as unknown as { drawn: string[] }).drawn);
  /** Types with every echo held back for so long that the link seems slow. */
  const slowly = async (keys: string, shows?: string) => {
    hold();
    await page.keyboard.type(keys);
    if (shows === undefined) {
      await page.waitForTimeout(200);
    } else {
      await expect.poll(drawn).toContain(shows);
    }
    release();
  };
  // The first of a line shows that there is an echo at all.
  await page.keyboard.type('x');
  await expect(rows(page)).toContainText(/cat\s*x/);
  expect(await drawn()).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(rows(page)).toContainText(/x\s*x/);
  await slowly('s');
  await expect(rows(page)).toContainText(/x\s*x\s*s/);
  expect(await drawn()).toEqual([]);
  await slowly('low', 'low ');
  await expect(rows(page)).toContainText(/x\s*x\s*slow/);
  await expect(page.locator('.predicted')).toHaveCount(0);
  for (const shown of await drawn()) {
    expect('low').toContain(shown.trim());
  }
  // What is not echoed, as a password, is never shown.
  await page.keyboard.press('Control+c');
  await page.keyboard.type("stty -echo; echo si''lent\n");
  await expect(rows(page)).toContainText('silent');
  const before = await drawn();
  await slowly('secret');
  await page.keyboard.type('\n');
  await expect(rows(page)).toContainText(/secret.*not found/);
  expect(await drawn()).toEqual(before);
  // It stays chosen, until it is taken back.
  await page.reload();
  await awake(page);
  await page.getByRole('button', { name: 'More about the terminal' }).click();
  await expect(page.getByRole('menuitemcheckbox', { name: 'Show keys at once' })).toHaveAttribute('aria-checked', 'true');
});

test('a session in a terminal: the agent\'s own interface, its history, and back to the chat', async ({ page, project, stage }) => {
  await page.goto(`/new?project=${project.id}`);
  await awake(page);
  await page.getByRole('textbox', { name: 'What is to be done?' }).fill('say: I **know** it.');
  await page.getByRole('checkbox', { name: /In a terminal/ }).check();
  await page.getByRole('button', { name: /Start/ }).click();
  const id = await sessionOf(page);
  await expect(rows(page)).toContainText('I know it.', { timeout: 60_000 });
  await stage.until(id, (card) => card.status === 'idle');
  await expectAccessible(page);
  await expectNoOverflow(page);
  // A keyboard gets out.
  await screen(page).click();
  await page.keyboard.press('Control+Shift+E');
  await expect(page.getByRole('radio', { name: 'Terminal' })).toBeFocused();
  // The enter that comes along with a text would be a part of it.
  await screen(page).click();
  await page.keyboard.type('say: once more');
  await expect(rows(page)).toContainText('say: once more');
  await page.waitForTimeout(400);
  await page.keyboard.press('Enter');
  await expect(rows(page)).toContainText('● once more', { timeout: 30_000 });
  await page.getByText('Conversation', { exact: true }).click();
  await expect(thread(page).getByText('once more', { exact: true })).toBeVisible();
  await expectAccessible(page);

  await stage.until(id, (card) => card.status === 'idle');
  await chooses(page, 'Give back to the chat…');
  await page.getByRole('button', { name: 'Give it back' }).click();
  await expect(composer(page)).toBeVisible();
  await send(page, 'say: in the chat');
  await expect(thread(page).getByText('in the chat', { exact: true })).toBeVisible();
  await stage.until(id, (card) => card.status === 'idle');
  await chooses(page, 'Continue in a terminal');
  await expect(rows(page)).toContainText('in the chat', { timeout: 60_000 });
});
