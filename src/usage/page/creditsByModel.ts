import { type Html, html } from '../../base/page/html';
import { languageTag, t } from '../../base/words/l10n';
import { creditsText } from '../figures';
import { creditsByDay, type DayCredits, totalsBy } from '../usageSummary';
import { type Bar, seriesClass, stackedBars } from './charts';
import { table } from './tables';
import type { UsagePage } from './usagePage';

const dayMs = 86_400_000;
/** Of what the first part of the page is made: a month, and the days before it that a chat may have begun in. */
export const recentMs = 40 * dayMs;
const monthName = new Intl.DateTimeFormat(languageTag(), { month: 'short', timeZone: 'UTC' });
const dayName = new Intl.DateTimeFormat(languageTag(), { month: 'short', day: 'numeric', timeZone: 'UTC' });

/** Credits by model, of each day of a month; the place for the months of a year is empty. */
export function byDay(page: UsagePage): Html {
  const { now, turns, calendar, nameOf } = page;
  const series = seriesOf(page);
  const bars = creditsByDay(turns, calendar.daysUntil(now, 30), { calendar, nameOf }).map(
    ({ day, byModel }) => ({ label: dayName.format(new Date(day)), values: byModel }),
  );
  return html`<section class="by-day"><h2 id="by-day">${t('Credits by model')}</h2>
    <div class="switch" role="radiogroup" aria-labelledby="by-day">
      <label><input type="radio" name="span" class="days" checked> ${t('30 days')}</label>
      <label><input type="radio" name="span" class="months"> ${t('12 months')}</label></div>
    <div class="of-days">${legend(series)}${stackedBars(t('Credits of the last 30 days, by day and model'), bars, series, 7)}${barTable([t('Day'), t('Credits by day and model')], bars, series)}</div>
    <div class="of-months" id="months"></div>
  </section>`;
}

/** Credits by model, of each month of a year. */
export function months(page: UsagePage, days: readonly DayCredits[]): Html {
  const bars = byMonth(days);
  // A model has the color that it has among the days.
  const recent = seriesOf({ ...page, turns: page.turns.filter(({ at }) => at > page.now - recentMs) });
  const series = [...new Set([...recent, ...seriesOf(page)])];
  return html`${legend(series)}${stackedBars(t('Credits of the last 12 months, by month and model'), bars, series, 1)}${barTable([t('Month'), t('Credits by month and model')], bars, series)}`;
}

/** The names of the models, the one that took most first. */
function seriesOf({ turns, nameOf }: UsagePage): string[] {
  return totalsBy(turns, ({ model }) => nameOf(model)).map(({ key }) => key);
}

function legend(series: readonly string[]): Html {
  return html`<ul class="legend">${series.slice(0, 7).map((name, index) => html`<li><span class="swatch ${seriesClass(series, name)}"></span>${index < 6 ? name : t('Others')}</li>`)}</ul>`;
}

function byMonth(days: readonly DayCredits[]): Bar[] {
  const months = [...Map.groupBy(days, ({ day }) => day.slice(0, 7))].slice(-12);
  return months.map(([month, inside]) => {
    const values = new Map<string, number>();
    for (const { byModel } of inside) {
      for (const [model, credits] of byModel) values.set(model, (values.get(model) ?? 0) + credits);
    }
    return { label: monthName.format(new Date(`${month}-01`)), values };
  });
}

function barTable(
  [head, title]: readonly [string, string],
  bars: readonly Bar[],
  series: readonly string[],
): Html {
  const rows = bars.map(
    ({ label, values }) =>
      html`<tr><th scope="row">${label}</th>${series.map((name) => html`<td>${creditsText(values.get(name) ?? 0)}</td>`)}</tr>`,
  );
  return table(title, [head, ...series], rows);
}
