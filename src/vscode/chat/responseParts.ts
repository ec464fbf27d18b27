import * as vscode from 'vscode';
import type { ReplyPart, Usage } from '../../kiro/chat/conversation';
import {
  continuedSentence,
  earlyEndSentence,
  malformedCallSentence,
  toolLeftOutSentence,
  truncatedCallSentence,
} from '../messages/replySentences';
import { thinkingPartClass } from './hostApi';

/** One part of an answer as the host takes it; none where this host has no place for it. */
export function toResponsePart(part: ReplyPart): vscode.LanguageModelResponsePart | undefined {
  switch (part.kind) {
    case 'text':
      return new vscode.LanguageModelTextPart(part.text);
    case 'thinking':
      return thinkingPart(part.text);
    case 'thinkingEnd':
      // The host keeps only the last metadata of a round, so everything a replay needs goes into this one part. The
      // keys are those of the host's own providers.
      return thinkingPart('', {
        _completeThinking: part.text,
        ...(part.signature ? { signature: part.signature } : {}),
        ...(part.redacted ? { redactedData: part.redacted } : {}),
      });
    case 'toolCall':
      return new vscode.LanguageModelToolCallPart(part.id, part.name, part.input);
    case 'truncatedCall':
      return new vscode.LanguageModelTextPart(`\n\n${truncatedCallSentence(part.name)}\n`);
    case 'continued':
      return new vscode.LanguageModelTextPart(`\n\n${continuedSentence(part.name)}\n\n`);
    case 'malformedCall':
      return new vscode.LanguageModelTextPart(`\n\n${malformedCallSentence(part.name)}\n`);
    case 'toolLeftOut':
      return new vscode.LanguageModelTextPart(`${toolLeftOutSentence(part.name)}\n\n`);
    case 'endedEarly':
      return new vscode.LanguageModelTextPart(`\n\n${earlyEndSentence(part.why)}\n`);
    case 'usage':
      return part.usage && usagePart(part.usage);
  }
}

function thinkingPart(value: string, metadata?: object): vscode.LanguageModelResponsePart | undefined {
  if (typeof thinkingPartClass !== 'function') return undefined;
  return new thinkingPartClass(value, undefined, metadata) as vscode.LanguageModelResponsePart;
}

// The chat view reads this part to fill its context ring.
function usagePart(usage: Usage): vscode.LanguageModelDataPart {
  return vscode.LanguageModelDataPart.json(
    {
      prompt_tokens: usage.inputTokens,
      completion_tokens: usage.outputTokens,
      total_tokens: usage.inputTokens + usage.outputTokens,
      // What is undefined is left out of JSON: the service does not say.
      prompt_tokens_details: {
        cached_tokens: usage.cacheReadTokens,
        cache_creation_input_tokens: usage.cacheWriteTokens,
      },
    },
    'usage',
  );
}
