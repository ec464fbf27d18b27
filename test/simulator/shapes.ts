/**
 * The official request model of GenerateAssistantResponse, one line per structure. A member is written
 * `Type`, `[Type]` for a list of it, with a `!` when it is required. A conformance test compares this table with the
 * schemas of AWS's own client, member by member.
 */
export interface Shape {
  /** A union has exactly one of its members. */
  kind: 'structure' | 'union';
  members: Record<string, string>;
}

const structure = (members: Record<string, string>): Shape => ({ kind: 'structure', members });
const union = (members: Record<string, string>): Shape => ({ kind: 'union', members });

export const requestShape = 'GenerateAssistantResponseRequest';

/** Members of the request that travel as HTTP headers, so that they are wrong in the body. */
export const headerMembers: Record<string, string> = { agentMode: 'x-amzn-kiro-agent-mode' };

export const shapes: Record<string, Shape> = {
  GenerateAssistantResponseRequest: structure({
    conversationState: 'ConversationState!',
    profileArn: 'string',
    additionalModelRequestFields: 'document',
  }),
  ConversationState: structure({
    currentMessage: 'ChatMessage!',
    chatTriggerType: 'ChatTriggerType!',
    conversationId: 'string',
    workspaceId: 'string',
    history: '[ChatMessage]',
    customizationArn: 'string',
    agentContinuationId: 'string',
    agentTaskType: 'AgentTaskType',
  }),
  ChatMessage: union({
    userInputMessage: 'UserInputMessage',
    assistantResponseMessage: 'AssistantResponseMessage',
  }),

  UserInputMessage: structure({
    content: 'string!',
    userInputMessageContext: 'UserInputMessageContext',
    userIntent: 'UserIntent',
    origin: 'Origin',
    images: '[ImageBlock]',
    documents: '[DocumentBlock]',
    modelId: 'string',
    cachePoint: 'CachePoint',
    clientCacheConfig: 'ClientCacheConfig',
  }),
  UserInputMessageContext: structure({
    editorState: 'EditorState',
    shellState: 'ShellState',
    gitState: 'GitState',
    envState: 'EnvState',
    appStudioContext: 'AppStudioState',
    diagnostic: 'Diagnostic',
    consoleState: 'ConsoleState',
    userSettings: 'UserSettings',
    additionalContext: '[AdditionalContentEntry]',
    toolResults: '[ToolResult]',
    tools: '[Tool]',
  }),
  ImageBlock: structure({ format: 'ImageFormat!', source: 'ImageSource!' }),
  ImageSource: union({ bytes: 'blob' }),
  DocumentBlock: structure({ name: 'string!', format: 'DocumentFormat!', source: 'DocumentSource!' }),
  DocumentSource: union({ bytes: 'blob' }),
  CachePoint: structure({ type: 'CachePointType!' }),
  ClientCacheConfig: structure({ useClientCachingOnly: 'boolean' }),

  Tool: union({ toolSpecification: 'ToolSpecification', cachePoint: 'CachePoint' }),
  ToolSpecification: structure({ inputSchema: 'ToolInputSchema!', name: 'string!', description: 'string' }),
  ToolInputSchema: structure({ json: 'document' }),
  ToolResult: structure({
    toolUseId: 'string!',
    content: '[ToolResultContentBlock]!',
    status: 'ToolResultStatus',
    toolName: 'string',
  }),
  ToolResultContentBlock: union({ text: 'string', json: 'document' }),

  AssistantResponseMessage: structure({
    content: 'string!',
    messageId: 'string',
    supplementaryWebLinks: '[SupplementaryWebLink]',
    references: '[Reference]',
    followupPrompt: 'FollowupPrompt',
    toolUses: '[ToolUse]',
    cachePoint: 'CachePoint',
    reasoningContent: 'ReasoningContent',
  }),
  ToolUse: structure({ toolUseId: 'string!', name: 'string!', input: 'document!' }),
  ReasoningContent: union({ reasoningText: 'ReasoningText', redactedContent: 'blob' }),
  ReasoningText: structure({ text: 'string!', signature: 'string' }),
  SupplementaryWebLink: structure({ url: 'string!', title: 'string!', snippet: 'string' }),
  Reference: structure({
    licenseName: 'string',
    repository: 'string',
    url: 'string',
    recommendationContentSpan: 'Span',
  }),
  Span: structure({ start: 'number', end: 'number' }),
  FollowupPrompt: structure({ content: 'string!', userIntent: 'UserIntent' }),

  EnvState: structure({
    operatingSystem: 'string',
    currentWorkingDirectory: 'string',
    environmentVariables: '[EnvironmentVariable]',
    timezoneOffset: 'number',
  }),
  EnvironmentVariable: structure({ key: 'string', value: 'string' }),
  EditorState: structure({
    document: 'TextDocument',
    cursorState: 'CursorState',
    relevantDocuments: '[RelevantTextDocument]',
    useRelevantDocuments: 'boolean',
    workspaceFolders: '[string]',
  }),
  TextDocument: structure({
    relativeFilePath: 'string!',
    programmingLanguage: 'ProgrammingLanguage',
    text: 'string',
    documentSymbols: '[DocumentSymbol]',
  }),
  RelevantTextDocument: structure({
    relativeFilePath: 'string!',
    programmingLanguage: 'ProgrammingLanguage',
    text: 'string',
    documentSymbols: '[DocumentSymbol]',
    type: 'ContentType',
  }),
  ProgrammingLanguage: structure({ languageName: 'string!' }),
  DocumentSymbol: structure({ name: 'string!', type: 'SymbolType!', source: 'string' }),
  CursorState: union({ position: 'Position', range: 'Range' }),
  Position: structure({ line: 'number!', character: 'number!' }),
  Range: structure({ start: 'Position!', end: 'Position!' }),
  ShellState: structure({ shellName: 'string!', shellHistory: '[ShellHistoryEntry]' }),
  ShellHistoryEntry: structure({
    command: 'string!',
    directory: 'string',
    exitCode: 'number',
    stdout: 'string',
    stderr: 'string',
  }),
  GitState: structure({ status: 'string' }),
  AppStudioState: structure({
    namespace: 'string!',
    propertyName: 'string!',
    propertyContext: 'string!',
    propertyValue: 'string',
  }),
  Diagnostic: union({
    textDocumentDiagnostic: 'TextDocumentDiagnostic',
    runtimeDiagnostic: 'RuntimeDiagnostic',
  }),
  TextDocumentDiagnostic: structure({
    document: 'TextDocument!',
    range: 'Range!',
    source: 'string!',
    severity: 'DiagnosticSeverity!',
    message: 'string!',
    code: 'string',
    codeDescription: 'CodeDescription',
    tags: '[DiagnosticTag]',
    relatedInformation: '[DiagnosticRelatedInformation]',
    data: 'string',
  }),
  CodeDescription: structure({ href: 'string!' }),
  DiagnosticRelatedInformation: structure({ location: 'DiagnosticLocation!', message: 'string!' }),
  DiagnosticLocation: structure({ uri: 'string!', range: 'Range!' }),
  RuntimeDiagnostic: structure({ source: 'string!', severity: 'DiagnosticSeverity!', message: 'string!' }),
  ConsoleState: structure({
    region: 'string',
    consoleUrl: 'string',
    serviceId: 'string',
    serviceConsolePage: 'string',
    serviceSubconsolePage: 'string',
    taskName: 'string',
    uxErrorMessage: 'string',
  }),
  UserSettings: structure({ hasConsentedToCrossRegionCalls: 'boolean' }),
  AdditionalContentEntry: structure({ name: 'string!', description: 'string!', innerContext: 'string' }),
};
