/**
 * The sentences that a person reads, and the buttons that help. Everywhere else a failure is a fact with a code.
 */

import type { Health } from '../../accounts/account';
import { type KiroError, ownBudget } from '../../base/errors';
import { sentences, t } from '../../base/words/l10n';
import { attachmentSentence, tooLongSentence } from './requestSentences';
import { importSentence, signInSentence } from './signInSentences';

// All sentences about errors stand here. Each says what is wrong and what helps; `remediesFor` names the buttons.

export const usagePage = 'https://app.kiro.dev/account/usage';
export const supportPage = 'https://support.aws.amazon.com/#/contacts/kiro';

/** The button that helps: a page to open, or a command to run. */
export type Remedy = { label: string } & ({ page: string } | { command: string });

const addAccount: Remedy = { label: t('Add Account…'), command: 'kiroModels.addAccount' };
const signIn: Remedy = { label: t('Sign In Again…'), command: 'kiroModels.addAccount' };
const signInAgain = () => t('Sign in again; for a Kiro CLI login, run `kiro-cli login` and import it again.');
const repairStorage: Remedy = { label: t('Repair Account Storage…'), command: 'kiroModels.repairStorage' };
const exportAgain: Remedy = { label: t('Export Accounts…'), command: 'kiroModels.exportAccounts' };
const removeAgain: Remedy = { label: t('Remove All Data…'), command: 'kiroModels.removeAllData' };
const showUsage: Remedy = { label: t('Show Usage'), command: 'kiroModels.showUsage' };
const saveRequest: Remedy = { label: t('Save Last Request…'), command: 'kiroModels.saveLastRequest' };
const tryAgain: Remedy = { label: t('Try Again'), command: 'kiroModels.repairStorage' };
const switchAccount: Remedy = { label: t('Switch Account…'), command: 'kiroModels.switchAccount' };
const newChat: Remedy = { label: t('New Chat'), command: 'workbench.action.chat.newChat' };
const chooseModel: Remedy = {
  label: t('Choose Another Model'),
  command: 'workbench.action.chat.openModelPicker',
};
const contactSupport = { label: t('Contact Support'), page: supportPage };
/** Kiro's own page, which is not to be taken for ours. */
export const usageAtKiro = { label: t('Usage at Kiro'), page: usagePage };
export const showLog: Remedy = { label: t('Show Log'), command: 'kiroModels.showLog' };

export const bugSentence = t('Something went wrong because of a bug in Kiro Models for Chat.');

/** What a failure means and what helps, as one or two sentences for a person. */
export function sentenceFor(error: KiroError): string {
  switch (error.code) {
    case 'signed-out':
      return signedOut(error);
    case 'registration-expired':
      return sentences(
        t('This sign-in’s registration with AWS has expired, which happens about every 90 days.'),
        signInAgain(),
      );
    case 'login-denied':
      return t('The sign-in was declined in the browser.');
    case 'login-timed-out':
      return t('The sign-in was not completed in time. Try again.');
    case 'token-rejected':
      return sentences(t('Kiro rejected this account’s token, even after a refresh.'), signInAgain());
    case 'forbidden':
      return needsProfile(error)
        ? t('Kiro needs a profile for this account, but none is known. Sign in again and select one.')
        : t(
            'Kiro does not allow this account to do that. Its subscription, profile, or region may not include it.',
          );
    case 'suspended':
      return t(
        'Kiro has suspended this account. Only Kiro’s support team can lift the suspension: [contact support]({0}).',
        supportPage,
      );
    case 'quota':
      if (isOwnBudget(error))
        return t(
          'Your own budget is used up, and you chose to stop until tomorrow. Change the `kiroModels.budget` settings to go on.',
        );
      if (isOfConversation(error))
        return t(
          'This conversation has reached Kiro’s limit for a single conversation. Continue in a new chat.',
        );
      return t(
        'This account has used up its Kiro credits or reached a limit. See [your usage]({0}), or switch to another account.',
        usagePage,
      );
    case 'rate-limited':
      if (isDailyLimit(error))
        return t(
          'This account has reached its daily limit. Try again tomorrow, or switch to another account.',
        );
      return sentences(t('Kiro is receiving too many requests from this account.'), waitFor(error));
    case 'capacity':
      return t('This model is overloaded right now. Choose another model, or try again in a moment.');
    case 'too-long':
      return tooLongSentence(error);
    case 'unknown-model':
      return notOffered();
    case 'bad-request':
      return badRequest(error);
    case 'server':
      return t('Kiro had an internal error. Try again in a moment.');
    case 'network':
      if (error.reason === 'unpublished-hosts')
        return t(
          'Kiro does not publish its addresses in {0}, and the usual ones cannot be reached. If your organization knows them, enter them in the setting kiroModels.endpoints.',
          error.detail,
        );
      return sentences(
        error.reason ? t('Kiro could not be reached ({0}).', error.reason) : t('Kiro could not be reached.'),
        t('Check your connection and proxy settings.'),
      );
    case 'timeout':
      return timedOut(error);
    case 'protocol':
      return misunderstood(error);
    case 'truncated':
      return truncated(error);
    case 'import-failed':
      return importSentence(error.reason);
    case 'storage':
      return storageSentence(error);
  }
}

/** The same, with what the service itself said, as a `quote`, and the facts that a support case needs. */
export function fullSentenceFor(error: KiroError, quote = inParentheses): string {
  const { detail, reason, requestId, status } = error;
  if (status === undefined && requestId === undefined) return sentenceFor(error);
  // Addresses lead where they say, and nowhere else.
  const words = detail
    ?.replace(/[.\s]+$/, '')
    .split(/(\bhttps:\/\/[\w./?=&%#~+:-]+)/)
    .map((part, index) => (index % 2 === 1 ? `[${part}](${part})` : quote(part)))
    .join('');
  const facts = quote([reason, requestId && t('request {0}', requestId)].filter(Boolean).join(', '));
  const said = saidBy(words, facts);
  return sentences(sentenceFor(error), said);
}

function saidBy(words: string | undefined, facts: string): string | undefined {
  if (words && facts) return t('Kiro says: “{0}” ({1}).', words, facts);
  if (words) return t('Kiro says: “{0}”.', words);
  return facts ? t('({0}).', facts) : undefined;
}

// A notification makes a link of brackets, also of one that stands somewhere before a link of ours.
function inParentheses(words: string): string {
  return words.replaceAll('[', '(').replaceAll(']', ')');
}

/** Whether it is what was said before that is long: what is said now, or a tool, would be as long in a new chat. */
function hasGrown({ sizes = [] }: KiroError): boolean {
  const [largest] = sizes;
  return largest === undefined || largest.part === 'history' || largest.part === 'toolResult';
}

/** The page on which an account that is not well can be seen to; undefined where signing in is what helps. */
export function accountPageOf(health: Health): { label: string; page: string; icon: string } | undefined {
  switch (health) {
    case 'suspended':
      return { ...contactSupport, icon: 'comment-discussion' };
    case 'out-of-credits':
      return { ...usageAtKiro, icon: 'graph' };
    case 'active':
    case 'signed-out':
    case 'registration-expired':
      return undefined;
  }
}

/** The buttons that belong to a failure, what helps most first; none where trying again is all there is. */
export function remediesFor(error: KiroError): Remedy[] {
  switch (error.code) {
    case 'signed-out':
      return [isWithoutAccount(error) ? addAccount : signIn];
    case 'registration-expired':
    case 'token-rejected':
      return [signIn];
    case 'quota':
      if (isOwnBudget(error)) return [];
      return isOfConversation(error) ? [newChat] : [usageAtKiro, switchAccount];
    case 'rate-limited':
      return isDailyLimit(error) ? [switchAccount] : [];
    case 'suspended':
      return [contactSupport];
    case 'too-long':
      return hasGrown(error) ? [newChat] : [];
    case 'capacity':
    case 'unknown-model':
      return [chooseModel];
    case 'forbidden':
      return [needsProfile(error) ? signIn : showLog];
    case 'network':
    case 'protocol':
      return [showLog];
    case 'storage':
      return [storageRemedy(error)];
    case 'login-denied':
    case 'login-timed-out':
    case 'bad-request':
    case 'server':
    case 'timeout':
    case 'truncated':
    case 'import-failed':
      return [];
  }
}

/** What to say, and the button to offer, where one model is overloaded and another one may answer. */
export function modelOffer(overloaded: string, other: string): { sentence: string; button: string } {
  return { sentence: t('{0} is overloaded right now.', overloaded), button: t('Retry with {0}', other) };
}

/** A sentence for places that show links, but neither code spans nor emphasis. */
export function withoutMarkup(sentence: string): string {
  return sentence.replace(/`|\*\*/g, '');
}

/** Said of a model that an account lacks. */
export function notOffered(): string {
  return t('Kiro does not offer this model to your account. Choose another one in the model picker.');
}

/** Stands in the list of models where a provider group names an account that is not here. */
export function noSuchAccountSentence(name: string): string {
  // The list cuts a line off after some forty letters, so the name comes early.
  return t(
    'There is no account “{0}”. Name a Kiro account by its email or label, or leave this group’s account empty.',
    name.trim(),
  );
}

/** Whether a failure is that of no login, because there is no account for it. */
export function isWithoutAccount({ code, reason }: KiroError): boolean {
  return code === 'signed-out' && (reason === 'no-account' || reason === 'account-gone');
}

function signedOut({ reason }: KiroError): string {
  if (reason === 'no-account')
    return t('No Kiro account is set up yet. Sign in, or import an existing login.');
  if (reason === 'account-gone')
    return t('The Kiro account for this model was removed. Choose another model, or add the account again.');
  return sentences(t('This Kiro sign-in has expired.'), signInAgain());
}

function needsProfile({ reason }: KiroError): boolean {
  return reason === 'PROFILE_ARN_REQUIRED';
}

function isDailyLimit({ reason }: KiroError): boolean {
  return reason === 'DAILY_REQUEST_COUNT';
}

/** Whether it is the person's own limit, and not one of the service. */
function isOwnBudget({ reason }: KiroError): boolean {
  return reason === ownBudget;
}

// Of all that is under this code, the one that is not the account's.
function isOfConversation({ reason }: KiroError): boolean {
  return reason === 'CONVERSATION_LIMIT_EXCEEDED';
}

function badRequest(error: KiroError): string {
  if (error.reason?.includes('KMS'))
    return t(
      'Your organization encrypts Kiro’s data with its own key, and Kiro cannot use that key right now. Ask your administrator for help.',
    );
  return (
    attachmentSentence(error) ??
    signInSentence(error.reason) ??
    t('Kiro rejected the request as malformed. Trying again will not help, but a new chat may.')
  );
}

function misunderstood({ reason, detail }: KiroError): string {
  switch (reason) {
    case 'bad-endpoint':
      return t(
        'The setting `kiroModels.endpoints` has an address for `{0}` that is neither https nor on this machine.',
        detail,
      );
    case 'not-a-stream':
      return t(
        'Something other than Kiro responded, such as a proxy or a network’s sign-in page. Check your connection and proxy settings.',
      );
    default:
      return (
        signInSentence(reason) ??
        t('Kiro’s response could not be understood. A newer version of this extension may help.')
      );
  }
}

function timedOut({ reason }: KiroError): string {
  switch (reason) {
    case 'idle':
      return t(
        'Kiro stopped responding in the middle of the answer. Try again; `kiroModels.request.idleTimeoutSeconds` sets how long to wait.',
      );
    case 'total':
      return t('The answer took longer than `kiroModels.request.timeoutSeconds` allows.');
    case 'no-answer':
      return t('Kiro did not respond in time. Check your connection, or try again in a moment.');
    case 'refresh-lock':
      return t('Another window is still refreshing this account’s token. Try again in a moment.');
    default:
      return t(
        'Kiro did not start to answer in time. Try again; `kiroModels.request.firstTokenTimeoutSeconds` sets how long to wait.',
      );
  }
}

function truncated({ reason }: KiroError): string {
  switch (reason) {
    case 'thinking-only':
      return t('The model thought, but gave no answer. Try again, or lower its thinking effort.');
    case 'empty-answer':
      return t('Kiro returned an empty answer. Try again.');
    case 'filtered':
      return t('Kiro’s content filter blocked the answer. Try rephrasing your request.');
    case 'call-cut-repeatedly':
      return t(
        'The model’s tool calls were cut off several times in a row because their arguments are too large. Ask for less at a time.',
      );
    case 'connection-lost':
      return t('The connection to Kiro was lost in the middle of the answer. Try again.');
    default:
      return t('Kiro’s answer ended before it was complete. Try again.');
  }
}

function storageSentence({ reason, detail }: KiroError): string {
  switch (reason) {
    case 'newer-version':
      return t(
        'The stored Kiro accounts were written by a newer version of this extension. Update it to use them.',
      );
    case 'unreadable':
      return t('The stored Kiro accounts cannot be read. Nothing was changed or deleted.');
    case 'export-in-workspace':
      return t(
        'Accounts are not exported into a workspace, where files get shared. Choose another location.',
      );
    case 'data-not-removed':
      return sentences(
        detail
          ? t('The accounts were removed, but not all files of this extension ({0}).', detail)
          : t('The accounts were removed, but not all files of this extension.'),
        t('Close other windows, then try again.'),
      );
    case 'export-not-saved':
      return sentences(
        detail
          ? t('The accounts could not be exported there ({0}).', detail)
          : t('The accounts could not be exported there.'),
        t('Choose another location.'),
      );
    case 'request-not-saved':
      return sentences(
        detail
          ? t('The request could not be saved there ({0}).', detail)
          : t('The request could not be saved there.'),
        t('Choose another location.'),
      );
    case 'usage-not-saved':
      return sentences(
        detail
          ? t('The usage could not be exported there ({0}).', detail)
          : t('The usage could not be exported there.'),
        t('Choose another location.'),
      );
    case 'copy-not-saved':
      return sentences(
        detail
          ? t('The copy could not be saved there ({0}).', detail)
          : t('The copy could not be saved there.'),
        t('Choose another location.'),
      );
    default:
      return t(
        'VS Code’s secret storage is not available, so Kiro accounts cannot be read or saved. Unlock this computer’s keyring, then try again.',
      );
  }
}

function storageRemedy({ reason }: KiroError): Remedy {
  if (reason?.startsWith('export-')) return exportAgain;
  if (reason === 'data-not-removed') return removeAgain;
  if (reason === 'usage-not-saved') return showUsage;
  if (reason === 'request-not-saved') return saveRequest;
  return reason === 'unreadable' || reason === 'newer-version' || reason === 'copy-not-saved'
    ? repairStorage
    : tryAgain;
}

function waitFor({ retryAfterMs }: KiroError): string {
  if (retryAfterMs === undefined) return t('Wait a moment, then try again.');
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return seconds < 120
    ? t('Try again in {0} seconds.', seconds)
    : t('Try again in {0} minutes.', Math.ceil(seconds / 60));
}
