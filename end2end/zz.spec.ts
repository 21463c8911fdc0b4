import { test } from './fixtures/roost.ts';
import { open, thread } from './fixtures/hands.ts';
test('try', async ({ stage, project, page, watch }) => {
  const lines = Array.from({ length: 640 }, (_, n) => `say: line number ${n} of the story`);
  const card = await stage.rested(project, lines.join('\n'), { mode: 'session' });
  page.on('response', async (r) => { if (r.url().includes('/api/ui')) console.log('   ', Date.now() % 100000, r.url(), r.status(), (await r.text()).length); });
  await open(page, card.id);
  const look = () => page.evaluate(() => { const s = document.querySelector('.thread-scroll')!; const t = [...s.querySelectorAll('.said')]; const top = t.find((e) => e.getBoundingClientRect().bottom > 60); return [s.scrollTop, s.scrollHeight, s.clientHeight, t[0]?.textContent?.slice(0,20), t.at(-1)?.textContent?.slice(0, 20), 'at', top?.textContent?.slice(0, 20), top?.getBoundingClientRect().top].join(' '); });
  console.log(await look());
  await page.evaluate(() => { const s = document.querySelector('.thread-scroll')!; const log: string[] = []; (globalThis as any).log = log; const w = () => { const t = [...s.querySelectorAll('.said')]; const top = t.find((e) => e.getBoundingClientRect().bottom > 60); const l = [s.scrollTop, s.scrollHeight, t[0]?.textContent?.slice(0,16), t.at(-1)?.textContent?.slice(0, 16), 'at', top?.textContent?.slice(0, 16), top?.getBoundingClientRect().top].join(' '); if (log.at(-1) !== l) log.push(l); requestAnimationFrame(w); }; w(); });
  await thread(page).hover();
  for (let i = 0; i < 5; i++) { await page.mouse.wheel(0, -400); await page.waitForTimeout(300); }
  console.log((await page.evaluate(() => (globalThis as any).log)).join('\n'));
  await page.getByText('line number 560 of the story', { exact: true }).scrollIntoViewIfNeeded();
  await page.waitForTimeout(2500);
  console.log((await page.evaluate(() => (globalThis as any).log)).slice(-30).join('\n'));
  console.log(await look());
  console.log(watch.faults.join('\n----')); watch.faults.length = 0; await page.screenshot({ path: '/tmp/e2e-try/x.png' });
});
