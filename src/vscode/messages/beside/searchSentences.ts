import { t } from '../../../base/words/l10n';

export const searchWords = {
  searching: (query: string) => t('Searching the web with Kiro for “{0}”', query),
  searched: (query: string) => t('Searched the web with Kiro for “{0}”', query),
  question: t('Search the web with Kiro?'),
  cost: (query: string) =>
    t(
      '“{0}” is sent to Kiro, in the name of your account. Kiro does not say what a search costs; reading what is found costs credits as any message does.',
      query,
    ),
  disabled: (account: string) =>
    t(
      'Web search is disabled by your organization for {0}. It is no longer offered with this account.',
      account,
    ),
};
