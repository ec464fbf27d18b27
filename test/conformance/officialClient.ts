/** AWS's own clients, pointed at the simulator. */
import {
  type ChatResponseStream,
  CodeWhispererStreamingClient,
  type GenerateAssistantResponseCommandOutput,
  type GenerateAssistantResponseRequest,
} from '@aws/codewhisperer-streaming-client';
import type { SimulatedAccount } from '../simulator/account';
import type { Simulator } from '../simulator/simulator';

/** The streaming client of this account. It never tries twice, so that every answer is seen as it came. */
export function clientOf(simulator: Simulator, account: SimulatedAccount): CodeWhispererStreamingClient {
  return new CodeWhispererStreamingClient({
    endpoint: simulator.endpoints.runtime,
    region: 'us-east-1',
    token: { token: account.accessToken },
    maxAttempts: 1,
  });
}

/** The smallest request there is. */
export function ask(account: SimulatedAccount, content = 'Hi'): GenerateAssistantResponseRequest {
  return {
    conversationState: {
      currentMessage: { userInputMessage: { content, modelId: 'auto', origin: 'KIRO_CLI' } },
      chatTriggerType: 'MANUAL',
    },
    profileArn: account.profileArn,
  };
}

/** Every event of an answer. */
export async function collect(output: GenerateAssistantResponseCommandOutput): Promise<ChatResponseStream[]> {
  const events: ChatResponseStream[] = [];
  for await (const event of output.generateAssistantResponseResponse ?? []) events.push(event);
  return events;
}

/** The events up to where the stream fails, and how it fails. */
export async function eventsUntilError(
  output: GenerateAssistantResponseCommandOutput,
): Promise<{ events: ChatResponseStream[]; error: Error | undefined }> {
  const events: ChatResponseStream[] = [];
  try {
    for await (const event of output.generateAssistantResponseResponse ?? []) events.push(event);
  } catch (error) {
    if (error instanceof Error) return { events, error };
    throw error;
  }
  return { events, error: undefined };
}
