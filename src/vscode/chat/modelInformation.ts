import type * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { t } from '../../base/words/l10n';
import { type Alias, familyOf } from '../../kiro/account/aliases';
import type { Listing } from '../../kiro/account/catalog';
import { type EffortControl, noThinking } from '../../kiro/account/effort';
import { isExperimental, type Model, nameOf } from '../../kiro/account/models';
import { notOffered } from '../messages/errorSentences';
import { type CreditLevel, experimentalRemark, lowCreditsRemark } from '../messages/usageWords';
import type { ConfigurationProperty, PickerFields } from './hostApi';

/** A model as the picker shows it. The host hands the very same object back with each request. */
export interface KiroModel extends vscode.LanguageModelChatInformation, PickerFields {
  readonly model: Model;
  readonly accountId: string;
  /** Whether it is the model of whichever account is active, or that of an account which a provider group names. */
  readonly follows: 'active' | 'named';
}

/** The name under which the host stores the chosen effort; its own bridge to other harnesses reads this one. */
export const effortProperty = 'reasoningEffort';

/** What the picker says of a model beside what the model is. */
export interface PickerContext extends Pick<KiroModel, 'follows'> {
  readonly accounts: readonly Account[];
  readonly level: CreditLevel;
}

/** An account's models for the picker. `detail` names the account where there are several to tell apart. */
export function modelInformation(
  { models, source }: Listing,
  account: Account,
  { accounts, follows, level }: PickerContext,
): KiroModel[] {
  const details = [
    accounts.length > 1 ? account.label : undefined,
    source === 'built-in' ? t('offline list') : undefined,
  ];
  const detail = details.filter(Boolean).join(' · ');
  return models.map((model) => ({
    id: model.id,
    name: model.name,
    family: model.id,
    version: model.id,
    ...hoverOf(model),
    ...(detail ? { detail } : {}),
    // The host adds both up to the window it shows.
    maxInputTokens: model.contextWindow - model.maxOutputTokens,
    maxOutputTokens: model.maxOutputTokens,
    capabilities: { toolCalling: true, imageInput: model.images },
    isUserSelectable: true,
    ...(model.rateMultiplier === undefined
      ? {}
      : { pricing: `${model.rateMultiplier}×`, multiplierNumeric: model.rateMultiplier }),
    ...priceCategoryOf(model),
    ...remarksOn(model, level),
    ...(model.effort
      ? { configurationSchema: { properties: { [effortProperty]: effortMenu(model.effort) } } }
      : {}),
    model,
    accountId: account.id,
    follows,
  }));
}

/** The version of every name that stands for another model. */
const aliasVersion = 'latest';
/** The version and the family of what the account lacks: none that an extension looks for. */
const lacked = 'not-offered';

/** The host knows these, and offers them to nobody. */
const unoffered = { isUserSelectable: false, isBYOK: false };

/** Whether whoever lists models has one before them that is offered. */
export function isOffered({ version }: Pick<vscode.LanguageModelChatInformation, 'version'>): boolean {
  return version !== aliasVersion && version !== lacked;
}

/**
 * Of the models that are known, those that are not listed for an account, by a name of the person's neither. VS Code leaves
 * a model picked that is listed no more, and has no reason to give to a person who asks it; where it is still known, Kiro is
 * asked, and says that it does not offer it to the account.
 */
export function lackedInformation(
  known: readonly Model[],
  listed: readonly KiroModel[],
  account: Account,
  context: PickerContext,
): KiroModel[] {
  const ids = new Set(listed.map(({ id }) => id));
  const models = known.filter(({ id }) => !ids.has(id));
  return modelInformation({ models, source: 'live' }, account, context).map((model) => ({
    ...model,
    ...{ family: lacked, version: lacked, tooltip: notOffered() },
    ...unoffered,
  }));
}

/**
 * The names beside the models: the host knows them, so that settings and other extensions can name them, and offers them to
 * nobody.
 */
export function aliasInformation(aliases: readonly Alias[], models: readonly KiroModel[]): KiroModel[] {
  return aliases.flatMap(({ name, model }) => {
    const meant = models.find(({ id }) => id === model.id);
    if (!meant) return [];
    const { infoText: _, ...rest } = meant;
    return {
      ...rest,
      id: name,
      name: nameOf(name),
      family: familyOf(model) ?? model.id,
      version: aliasVersion,
      tooltip: t('Stands for {0}.', model.name),
      ...unoffered,
    };
  });
}

// The picker's hover shows the tooltip in place of a price, and so the description of a model with a price as a remark.
// The settings that choose a model show the tooltip of each, as do hosts that know no remarks.
function hoverOf({ description, rateMultiplier }: Model): Pick<KiroModel, 'tooltip' | 'infoText'> {
  if (!description) return {};
  return rateMultiplier === undefined
    ? { tooltip: description }
    : { tooltip: description, infoText: { description } };
}

function priceCategoryOf({ rateMultiplier: rate }: Model): Pick<PickerFields, 'priceCategory'> {
  if (rate === undefined) return {};
  if (rate < 1) return { priceCategory: 'low' };
  if (rate < 2) return { priceCategory: 'medium' };
  return { priceCategory: rate < 4 ? 'high' : 'very_high' };
}

function remarksOn(model: Model, level: CreditLevel): Pick<PickerFields, 'warningText' | 'statusIcon'> {
  const credits = lowCreditsRemark(level);
  const warningText = {
    ...(isExperimental(model) ? { experimental: experimentalRemark } : {}),
    ...(credits ? { credits } : {}),
  };
  if (Object.keys(warningText).length === 0) return {};
  // One for each model would say nothing about any of them: it is for when the next turn may fail.
  const statusIcon = level === 'critical' ? { statusIcon: { id: 'warning' } } : {};
  return { warningText, ...statusIcon };
}

const labels: Readonly<Record<string, string>> = {
  [noThinking]: t('No Thinking'),
  low: t('Low'),
  medium: t('Medium'),
  high: t('High'),
  xhigh: t('Extra High'),
  max: t('Maximum'),
};

function effortMenu(effort: EffortControl): ConfigurationProperty {
  return {
    type: 'string',
    title: t('Thinking Effort'),
    enum: effort.levels,
    enumItemLabels: effort.levels.map((level) => labels[level] ?? level),
    default: effort.default,
    group: 'navigation',
  };
}
