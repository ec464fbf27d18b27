import { type Html, html } from '../../base/page/html';
import { t } from '../../base/words/l10n';
import { compactText, creditsText, priceText, secondsText, timeText, unknown } from '../figures';
import type { Turn } from '../turn';
import { creditsPerThousand, type DayCredits, type Totals, totalsBy } from '../usageSummary';
import { heatMap } from './charts';
import type { UsagePage } from './usagePage';

const shownTurns = 200;

/** A table behind a chart, for whoever cannot see the chart or wants the figures. */
export function table(title: string, head: readonly string[], rows: readonly Html[]): Html {
  return html`<details><summary>${t('Show as a table')}</summary><div class="scroll" tabindex="0" role="region" aria-label="${title}">${grid(head, rows)}</div></details>`;
}

function grid(head: readonly string[], rows: readonly Html[]): Html {
  return html`<table><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
}

/** What turns add up to by what they have in common, with a bar for the share of each. */
export function totalsTable(
  title: string,
  what: string,
  turns: readonly Turn[],
  keyOf: (turn: Turn) => string,
): Html {
  const groups = Map.groupBy(turns, keyOf);
  const rows = totalsBy(turns, keyOf);
  const most = Math.max(...rows.map(({ totals }) => totals.credits ?? 0), 0);
  const lines = rows.map(({ key, totals }) => {
    const share = most > 0 ? (totals.credits ?? 0) / most : 0;
    const price = creditsPerThousand(groups.get(key) ?? []);
    return html`<tr><th scope="row">${key}</th><td class="bar"><svg aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none"><rect class="series-0" width="${Math.round(share * 100)}" height="8"/></svg></td>
      ${totalCells(totals)}<td>${priceText(price)}</td></tr>`;
  });
  const head = [
    what,
    t('Share'),
    t('Credits'),
    t('Requests'),
    t('Input'),
    t('Cached'),
    t('Output'),
    t('Credits per 1K tokens'),
  ];
  return html`<section><h2>${title}</h2><div class="scroll totals" tabindex="0" role="region" aria-label="${title}">${grid(head, lines)}</div></section>`;
}

function totalCells({ credits, turns, input, cached, output }: Totals): Html {
  return html`<td>${creditsText(credits)}</td><td>${turns}</td><td>${compactText(input)}</td><td>${compactText(cached)}</td><td>${compactText(output)}</td>`;
}

/** The days of a year, as a chart and as a table. */
export function year(days: readonly DayCredits[]): Html {
  const rows = days
    .filter(({ credits }) => credits > 0)
    .toReversed()
    .map(({ day, credits }) => html`<tr><th scope="row">${day}</th><td>${creditsText(credits)}</td></tr>`);
  return html`<h2>${t('Days of the last year')}</h2>${heatMap(t('Credits of each day of the last year'), days)}${table(t('Credits by day'), [t('Day'), t('Credits')], rows)}`;
}

/** The last turns, one in each row. */
export function lastTurns({ turns, nameOf, labelOf }: UsagePage): Html {
  const rows = turns.slice(-shownTurns).toReversed();
  const lines = rows.map(
    (turn) =>
      html`<tr><th scope="row">${timeText(turn.at)}</th><td class="words">${nameOf(turn.model)}</td><td class="words">${turn.effort ?? unknown}</td><td class="words">${kindNames[turn.kind]}</td><td class="words">${labelOf(turn.accountId)}</td>
      <td>${compactText(turn.input)}</td><td>${compactText(turn.cached)}</td><td>${compactText(turn.output)}</td><td>${creditsText(turn.credits)}</td><td>${secondsText(turn.firstPartMs)}</td><td>${secondsText(turn.durationMs)}</td></tr>`,
  );
  const head = [
    ...[t('Time'), t('Model'), t('Effort'), t('For'), t('Account')],
    ...[t('Input'), t('Cached'), t('Output'), t('Credits'), t('First text'), t('Duration')],
  ];
  return html`<h2>${rows.length === 1 ? t('Last request') : t('Last {0} requests', rows.length)}</h2><div class="scroll tall requests" tabindex="0" role="region" aria-label="${t('Last requests')}">${grid(head, lines)}</div>`;
}

const kindNames: Readonly<Record<Turn['kind'], string>> = {
  chat: t('Chat'),
  background: t('Background'),
  subagent: t('Subagent'),
};
