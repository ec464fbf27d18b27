import * as vscode from 'vscode';

// What newer hosts offer beyond the API of our engine floor. Everything here is looked up at run time and harmless
// where it is missing; nothing of it is a proposal that has to be declared.

/** The name that the host knows our models by, in the manifest and in people's settings. */
export const vendor = 'kiroModels';

/** A part that carries reasoning, in requests and in answers. */
export interface ThinkingPart {
  value: string | string[];
  id?: string;
  metadata?: Readonly<Record<string, unknown>>;
}
type ThinkingPartClass = new (value: string | string[], id?: string, metadata?: object) => ThinkingPart;

/** The host's class for reasoning, or none. */
export const thinkingPartClass = (vscode as { LanguageModelThinkingPart?: ThinkingPartClass })
  .LanguageModelThinkingPart;

export function isThinkingPart(part: unknown): part is ThinkingPart {
  return typeof thinkingPartClass === 'function' && part instanceof thinkingPartClass;
}

/** The role the chat view gives its instructions; the stable enum does not name it. */
export const systemRole = 3;

/** Fields of a model that newer hosts show: visibility, price, a remark, and the menu of a setting such as the effort. */
export interface PickerFields {
  isUserSelectable?: boolean;
  /** The host takes every model of an extension for one that it may hand on to its agent host, unless this says no. */
  isBYOK?: boolean;
  pricing?: string;
  /** Without it the picker keeps the price to the model's hover. */
  multiplierNumeric?: number;
  /** Each text is a remark of its own in the model's hover. */
  infoText?: Readonly<Record<string, string>>;
  warningText?: Readonly<Record<string, string>>;
  /** A badge beside the name; the two dearest stand out. */
  priceCategory?: 'low' | 'medium' | 'high' | 'very_high';
  /** In front of the name, in the picker and in the list of models. */
  statusIcon?: vscode.ThemeIcon;
  configurationSchema?: { properties: Record<string, ConfigurationProperty> };
}
export interface ConfigurationProperty {
  type: 'string';
  title: string;
  enum: string[];
  enumItemLabels: string[];
  enumDescriptions?: string[];
  default: string;
  /** `navigation` puts the property into the model picker itself. */
  group: 'navigation';
}

/** What newer hosts hand over when they ask for the models: a provider group's settings, or none outside of a group. */
export interface ListOptions extends vscode.PrepareLanguageModelChatModelOptions {
  readonly configuration?: Readonly<Record<string, unknown>> | undefined;
}

/** What newer hosts hand over with a request. */
export interface RequestOptions extends vscode.ProvideLanguageModelChatResponseOptions {
  readonly modelConfiguration?: Readonly<Record<string, unknown>> | undefined;
  /** Lower-case id of the extension that asks; the chat view's is `github.copilot-chat`. */
  readonly requestInitiator?: string | undefined;
}
