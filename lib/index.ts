/**
 * Start with {@link runPipeline}, which does the whole job, or its four stages: {@link collect}, {@link rank},
 * {@link select}, {@link evaluate}. {@link Model} and {@link Engine} run prompts, plain and steered side by side;
 * {@link loadSteering} reads what the job found. {@link Sae} encodes residual rows, which {@link capture} reads.
 *
 * What is wrong throws an error with a `code`: a `TypeError` or `RangeError` for a caller's mistake, the signal's reason
 * after an abort, a {@link SteeringError} for the rest.
 *
 * @module corrsteer
 */
export type { Agreement } from "./agreement/agreement";
export { verifySae, type KeptEncoder, type VerifySaeOptions } from "./agreement/verify-sae";
export { capture, type Capture, type CaptureOptions } from "./capture/capture";
export { capturePrompts, readTokenIds } from "./capture/prompts";
export { saveCapture } from "./capture/save";
export { trainSaes, type Training } from "./train/train";
export type { TrainOptions } from "./train/options";
export type { TrainPlan } from "./train/ahead";
export type { TrainedLayer } from "./train/save";
export { writeTrainingPage } from "./report/training/write-training";
export { collect, type Collection } from "./collect/collect";
export type { CollectOptions, FirstAnswersOptions, CollectSettings } from "./collect/options";
export type { Sample, SplitName, WorkedExample } from "./data/sample";
export { splitSamples, type Split, type SplitCounts, type SplitKind, type SplitOptions } from "./data/split";
export type { Check } from "./doctor/check";
export { diagnose, type DiagnoseOptions, type Diagnosis } from "./doctor/doctor";
export type { ProductsUsed } from "./model/products";
export { errorCode, invalidArgument, outOfRange, SteeringError, type ErrorCode, type ErrorDetails } from "./errors";
export type { ControlArm } from "./evaluate/controls/control-arm";
export type { DrawnControl } from "./evaluate/controls/drawn";
export { evaluate, type EvaluatedRun } from "./evaluate/evaluate";
export type { EqualKl } from "./evaluate/equal-kl";
export type { EvaluateOptions } from "./evaluate/options";
export type { EvaluatedSample } from "./evaluate/evaluated-sample";
export type { ArmAnswer } from "./ask/arm-answer";
export type { AnsweredBlock, QuestionBlock, SharedAnswers, ToldBeside, ToldOfAnswer } from "./ask/shared-answers";
export {
  readEvaluation,
  type ArmRole,
  type ArmSummary,
  type Changes,
  type Comparison,
  type ControlSummary,
  type Evaluation,
  type NullSummary,
  type SideEffects,
} from "./evaluate/evaluation";
export type { NotRun } from "./evaluate/not-run";
export type { ArmInOrders, OrdersChange, OrdersSummary } from "./evaluate/orders/orders-summary";
export type { Interval } from "./statistics/interval";
export type { OnProgress, Progress, WorkOptions } from "./progress";
export type { Look, LookExample } from "./ask/look";
export type { Preview, PreviewedAnswer, ShownToken } from "./ask/preview";
export type { Remedy } from "./ask/remedies";
export type { Doubt, Tally } from "./ask/tally";
export { inspect, type Report } from "./inspect/inspect";
export type { ModelReport } from "./inspect/model";
export type { ProfileReport } from "./inspect/profile";
export type { RunReport, StageReport } from "./inspect/run";
export type { Range, SaeReport, SaesReport } from "./inspect/saes";
export type { Branch, BranchSteering, ReasoningMarks, Watched } from "./model/branch";
export {
  Engine,
  type BranchResult,
  type RunOptions,
  type RunRequest,
  type RunResult,
  type TokenChunk,
  type TokenScores,
} from "./model/engine";
export type { LayerReceipt } from "./model/receipt";
export type { LoadedModel, ModelInfo, TokenizeOptions } from "./model/loaded-model";
export type { Download, DownloadOptions, FetchOptions, OnDownload } from "./hub/fetch-files";
export { fetchFolder, type Wanted } from "./hub/fetch-folder";
export { fetchModel, type Fetched } from "./hub/fetch-model";
export type { Patience } from "./hub/passing-failure";
export type { AskOptions } from "./hub/repository";
export { Generator } from "./model/generate/generator";
export type { EmbeddedText, EmbedOptions, SparseEmbedding } from "./model/generate/embed";
export type { BatchOptions, Prompt, ReplyOptions, ReplyWay } from "./model/generate/options";
export type { ForkChunk, Reply, ReplyChunk, Usage } from "./model/generate/reply";
export type { Adapter } from "./model/adapters";
export { Model } from "./model/model";
export type { EngineOptions, ModelOptions } from "./model/options";
export { jsonSchemaGrammar } from "./model/grammar/json-schema";
export type { Sampling } from "./model/sampling";
export type { Dtype, TensorPlace } from "./native/tensor-place";
export { createSteering, type LayerReach, type LayerVector } from "./steering/create-steering";
export { featureProbe, steer, watchFeatures, type SaeSource, type SteerOptions } from "./steering/features";
export type { Probe, Reach } from "./steering/operation";
export type { ProfileOperation, ProfileProbe } from "./steering/profile-operation";
export { type Condition, Steering } from "./steering/steering";
export type {
  NativeBranchResult,
  NativeDevice,
  NativeEngineStatistics,
  NativeLayerReceipt,
  NativeModelInfo,
  NativeProbe,
  NativeReconstructionSums,
  NativeSteering,
  NativeTensorInfo,
  NativeTokenScores,
  Pooling,
} from "./native/addon";
export type { Control, ControlOptions } from "./evaluate/controls/options";
export { runPipeline, type PipelineOptions, type PipelineProgress, type Stage } from "./pipeline/pipeline";
export { previewTask, type PreviewOptions } from "./pipeline/preview";
export type { SetupOptions } from "./pipeline/setup-options";
export { planShards, type ShardPlanOptions } from "./shard/make-plan";
export { mergeShards, type MergedShards, type ShardMergeOptions } from "./shard/merge";
export type { Waiting } from "./shard/later-stages";
export type { ShardPlan } from "./shard/plan";
export { shardStatus, type FailedShard, type ShardStatus, type ShardStatusOptions } from "./shard/status";
export type { WorkerLog } from "./shard/worker-logs";
export {
  cancelShards,
  submitShards,
  submittedWorkers,
  type ShardSubmitOptions,
  type Submitted,
  type SubmittedOptions,
} from "./shard/submit";
export type { LocalWorkers } from "./shard/executors/room";
export type { WorkerStates } from "./shard/executors/executor";
export type { ShardWork } from "./shard/shard-worker";
export { workShards, type ShardWorkOptions } from "./shard/work";
export { transfer, type TransferOptions } from "./pipeline/transfer";
export { readTransfer, type TransferCell, type TransferMatrix, type TransferTarget } from "./pipeline/transfer-matrix";
export type { CollectStageOptions, EvaluateStageOptions, StageOptions } from "./pipeline/stages";
export { evaluateSaes } from "./quality/evaluate-saes";
export type { Density } from "./quality/density";
export type { QualityOptions } from "./quality/options";
export type { ReplacedLoss, SaeQuality } from "./quality/sae-quality";
export { Reconstruction } from "./sae/reconstruction";
export { replaceRows } from "./steering/replace-rows";
export { documents } from "./text/documents";
export type { TextOptions } from "./text/options";
export { readTexts, type ReadTextsOptions } from "./text/read-texts";
export { tokenSequences, type SequenceOptions } from "./text/sequences";
export { parseTextSource, type TextSource } from "./text/source";
export { measureNeutral, type NeutralArm, type NeutralMeasure, type NeutralOptions } from "./neutral/measure";
export { readNeutralTexts } from "./neutral/read-texts";
export type { NeutralPart, NeutralText } from "./neutral/part";
export {
  exportControlVector,
  type ExportControlVectorOptions,
  type ExportedControlVector,
} from "./steering/control-vector/export";
export { readControlVector, type ControlVectorOptions } from "./steering/control-vector/file";
export { importControlVector, type ImportControlVectorOptions } from "./steering/control-vector/import";
export type { Numbering } from "./steering/control-vector/numbering";
export { saveSteering, type SaveSteeringOptions } from "./steering/save-steering";
export { loadSteering, type LoadSteeringOptions } from "./steering/load-steering";
export {
  loadProfile,
  saveProfile,
  type ProfileDocument,
  type ProfileFeature,
  type SteeringProfile,
  type SteeringVectors,
} from "./steering/profile";
export { profileSteering } from "./steering/profile-steering";
export type { ChatMessage } from "./prompt/chat-template";
export type { Prompting, PromptStyle } from "./prompt/prompting";
export type { RankOptions } from "./rank/options";
export { rank } from "./rank/rank";
export { survives, type RankedFeature, type RankedLayer, type Ranking } from "./rank/ranking";
export { knownReleases, type KnownRelease, type KnownSae, type KnownSet } from "./sae/catalogue/releases";
export { resolveKnownSaes, type KnownSaes } from "./sae/catalogue/resolve";
export type { SaeOverrides } from "./sae/catalogue/schema";
export type { EncoderPlan, SaeConfig, SaeConfigOptions } from "./sae/config";
export { convertSae, type ConvertOptions } from "./sae/convert";
export type { Convention } from "./sae/convention";
export { encodeFile, type EncodedFile } from "./sae/encode-file";
export { fetchSaes, type FetchedSaes, type FetchSaesOptions } from "./sae/fetch-saes";
export type { SaeFolder, StoredSae } from "./sae/folder";
export type { HookPoint } from "./sae/hook-point";
export type { FeatureLink } from "./sae/links";
export { residualBases, type ResidualBasis } from "./sae/residual-basis";
export type { SaeOptions } from "./sae/options";
export { listModels, type Stock } from "./stock/stock";
export type { GgufStock, KnownStock, ReleaseStock, StockMemory } from "./stock/known";
export type { CachedModel, CachedSaes, CachedStock } from "./stock/cached";
export type { MachineMemory } from "./memory/machine";
export type { MemoryNeed } from "./memory/need";
export type { Ahead } from "./pipeline/ahead";
export type { CausalAhead } from "./select/causal-ahead";
export { Sae } from "./sae/sae";
export { findSaes, type FindSaesOptions } from "./sae/set";
export { builtInScorers } from "./score/built-in";
export type { Answer, Score, Scorer } from "./score/scorer";
export { exportOfficial } from "./export/official-json";
export {
  compareRuns,
  type ArmAcrossRuns,
  type ComparedRun,
  type RunComparison,
  type RunGroup,
} from "./report/compare/compare";
export type { Overlap } from "./report/compare/overlap";
export type { Spread } from "./report/compare/spread";
export { readFeaturesManifest, type FeaturesManifest } from "./features/folder";
export type { FeaturesOptions } from "./features/options";
export { labelFeatures, type LabelledFeature } from "./features/label/label";
export type { LabelFeaturesOptions } from "./features/label/options";
export { writeFeatures } from "./features/write";
export { writeComparison } from "./report/compare/write-comparison";
export type { FigureFormat } from "./report/figures/formats";
export { writeReport, type WriteReportOptions, type WrittenReport } from "./report/write-report";
export type { ChoiceOptions, SelectOptions } from "./select/options";
export { select, type SelectedProfile } from "./select/select";
export {
  readSelections,
  type CausalRecord,
  type DroppedLayer,
  type GatedRecord,
  type JointRecord,
  type JointStep,
  type OutputScoreRecord,
  type Pool,
  type ScreenedCandidate,
  type ScreenedTrial,
  type Selection,
  type SelectionFile,
  type Significance,
  type Validation,
  type Variant,
} from "./select/selection";
export { lockRun, type HeldRun, type RunLock } from "./run/lock";
export type { RunManifest } from "./run/manifest";
export type { ModelIdentity } from "./model/identity";
export type { SaeIdentity } from "./sae/identity";
export { configureTask, type TaskChoices } from "./tasks/configure";
export { fetchData } from "./tasks/fetch-data";
export { findTask, taskNames } from "./tasks/find-task";
export type { PublishedData } from "./tasks/published-data";
export type { Scored } from "./ask/score-answers";
export type { Task, TaskDefinition } from "./tasks/task";
export type { AskedHow } from "./tasks/asked-how";
export type { TaskIdentity } from "./tasks/identity";
export { VERSION as version } from "./version";
