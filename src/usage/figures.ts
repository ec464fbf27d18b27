// How figures are written, wherever a person reads them.
import { languageTag, t } from '../base/words/l10n';

/** What stands where the service did not tell a figure. It is never 0. */
export const unknown = '—';

/** Making them takes ten milliseconds, which the start of a window need not wait for: each is made when it is first used. */
const onFirstUse = <Format>(make: () => Format): (() => Format) => {
  let made: Format | undefined;
  return () => {
    made ??= make();
    return made;
  };
};
const numberFormat = (options: Intl.NumberFormatOptions, language = languageTag()) =>
  onFirstUse(() => new Intl.NumberFormat(language, options));
const dateFormat = (options: Intl.DateTimeFormatOptions) =>
  onFirstUse(() => new Intl.DateTimeFormat(languageTag(), options));

const creditFormats = (language?: string) => ({
  credits: numberFormat({ maximumFractionDigits: 2 }, language),
  small: numberFormat({ maximumSignificantDigits: 2 }, language),
});
const own = creditFormats();
const english = creditFormats('en-US');
const compact = numberFormat({ notation: 'compact', maximumFractionDigits: 1 });
const seconds = numberFormat({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
const percent = numberFormat({ style: 'percent', maximumFractionDigits: 0 });
const day = dateFormat({ month: 'short', day: 'numeric' });
const longDay = dateFormat({ month: 'long', day: 'numeric' });
const time = dateFormat({ month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' });

/** Credits as a person reads them: two digits behind the point, or as many as a small amount needs. */
export function creditsText(value: number | undefined, { credits, small } = own): string {
  if (value === undefined) return unknown;
  return value > 0 && value < 0.01 ? small().format(value) : credits().format(value);
}

/** The same for the log, which is English for everybody. */
export const creditsInEnglish = (value: number): string => creditsText(value, english);

/** Credits for a number of tokens: few, so that two digits tell. */
export function priceText(value: number | undefined): string {
  return value === undefined ? unknown : own.small().format(value);
}

/** A large number, as `12.3K`. */
export function compactText(value: number | undefined): string {
  return value === undefined ? unknown : compact().format(value);
}

/** A share from 0 to 1. */
export function shareText(value: number | undefined): string {
  return value === undefined ? unknown : percent().format(value);
}

/** Milliseconds, as seconds. */
export function secondsText(value: number | undefined): string {
  return value === undefined ? unknown : t('{0} s', seconds().format(value / 1000));
}

/** The day of a time in epoch milliseconds, as `Nov 26`. */
export function dayText(at: number): string {
  return day().format(at);
}

/** The day of a time in epoch milliseconds, as `November 26`. */
export function longDayText(at: number): string {
  return longDay().format(at);
}

/** A time in epoch milliseconds, as `Nov 26, 5:39 PM`. */
export function timeText(at: number): string {
  return time().format(at);
}
