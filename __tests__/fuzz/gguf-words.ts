/** Words that llama.cpp's readers look for: src/llama-arch.cpp and src/llama-vocab.cpp of the pinned release. */

export const ARCHITECTURES = words(`
  clip llama llama4 deci falcon grok gpt2 gptj gptneox mpt baichuan starcoder refact bert modern-bert nomic-bert
  nomic-bert-moe neo-bert jina-bert-v2 jina-bert-v3 eurobert bloom stablelm qwen qwen2 qwen2moe qwen2vl qwen3
  qwen3moe qwen3next qwen3vl qwen3vlmoe qwen35 qwen35moe qwen4exp phi2 phi3 phimoe plamo plamo2 plamo3 codeshell
  orion internlm2 minicpm minicpm3 gemma gemma2 gemma3 gemma3n gemma4 gemma4-assistant gemma-embedding starcoder2
  mamba mamba2 maple jamba falcon-h1 xverse command-r cohere2 cohere2moe dbrx olmo olmo2 olmoe muse-glimmer
  openelm arctic deepseek deepseek2 deepseek2-ocr deepseek32 deepseek4 chatglm glm4 glm4moe glm-dsa bitnet t5
  t5encoder jais jais2 nemotron nemotron_h nemotron_h_moe exaone exaone4 exaone-moe rwkv6 rwkv6qwen2 rwkv7 arwkv7
  granite granitemoe granitehybrid graniteswitch granite_swa chameleon wavtokenizer-dec plm bailingmoe bailingmoe2
  bailingmoe3 dots1 dots3note arcee afmoe laguna ernie4_5 ernie4_5-moe hunyuan-moe hunyuan-dense hunyuan_vl hy_v3
  hy_v4 smollm3 gpt-oss lfm2 lfm2moe dream smallthinker llada llada-moe seed_oss grovemoe apertus minimax-01
  hrm_text minimax-m2 minimax-m3 cogvlm rnd1 pangu-embedded mistral3 eagle3 dflash mistral4 paddleocr mimo2 step35
  spark2_5 llama-embed maincoder kimi-linear kimi-k3 talkie mellum nanbeige qwen3tts pockettts
`);

/** `%s` is the architecture. */
export const KEYS = words(`
  general.type general.architecture general.quantization_version general.alignment general.file_type %s.vocab_size
  %s.context_length %s.embedding_length %s.embedding_length_out %s.embedding_length_per_layer_input
  %s.features_length %s.block_count %s.leading_dense_block_count %s.attn_res.block_size %s.activation.situ_beta
  %s.activation.situ_linear_beta %s.feed_forward_length %s.expert_feed_forward_length
  %s.expert_shared_feed_forward_length %s.expert_chunk_feed_forward_length %s.swiglu_clamp_exp
  %s.swiglu_clamp_shexp %s.use_parallel_residual %s.tensor_data_layout %s.expert_count %s.expert_used_count
  %s.expert_shared_count %s.expert_group_count %s.expert_group_used_count %s.expert_weights_scale
  %s.expert_weights_norm %s.expert_latent_length %s.expert_gating_func %s.expert_group_scale %s.experts_per_group
  %s.moe_every_n_layers %s.moe_latent_size %s.nextn_predict_layers %s.n_deepstack_layers %s.deepstack_mapping
  %s.hidden_activation %s.pooling_type %s.logit_scale %s.decoder_start_token_id %s.decoder_block_count
  %s.attn_logit_softcapping %s.router_logit_softcapping %s.final_logit_softcapping %s.swin_norm
  %s.rescale_every_n_layers %s.time_mix_extra_dim %s.time_decay_extra_dim %s.residual_scale %s.embedding_scale
  %s.adapters.count %s.adapters.token_ids_activate %s.adapters.token_ids_substitute %s.adapters.lora_rank
  %s.adapters.router_gain %s.token_shift_count %s.interleave_moe_layer_step %s.full_attention_interval
  %s.num_loops %s.skip_loop_final_norm %s.hrm.layers_per_stack %s.hrm.h_cycles %s.hrm.l_cycles %s.hrm.prefix_lm
  %s.attention.head_count %s.attention.head_count_kv %s.attention.max_alibi_bias %s.attention.clamp_kqv
  %s.attention.key_length %s.attention.value_length %s.attention.layer_norm_epsilon
  %s.attention.layer_norm_rms_epsilon %s.attention.group_norm_epsilon %s.attention.group_norm_groups
  %s.attention.causal %s.attention.q_lora_rank %s.attention.kv_lora_rank %s.attention.decay_lora_rank
  %s.attention.iclr_lora_rank %s.attention.value_residual_mix_lora_rank %s.attention.gate_lora_rank
  %s.attention.relative_buckets_count %s.attention.sliding_window %s.attention.sliding_window_pattern
  %s.attention.rope_pattern %s.attention.scale %s.attention.output_scale %s.attention.value_scale
  %s.attention.temperature_length %s.attention.temperature_scale %s.attention.key_length_mla
  %s.attention.value_length_mla %s.attention.key_length_swa %s.attention.value_length_swa
  %s.attention.key_length_mla_swa %s.attention.value_length_mla_swa %s.attention.kv_lora_rank_swa
  %s.attention.indexer.head_count %s.attention.indexer.key_length %s.attention.indexer.top_k
  %s.attention.indexer.block_size %s.attention.indexer.local_blocks %s.attention.indexer.types
  %s.attention.output_group_count %s.attention.output_lora_rank %s.attention.compress_rope_freq_base
  %s.attention.compress_ratios %s.attention.shared_kv_layers %s.attention.recurrent_layers
  %s.hyper_connection.count %s.hyper_connection.sinkhorn_iterations %s.hyper_connection.epsilon
  %s.hyper_connection.magnitude %s.hyper_connection.low_rank %s.ple.layers %s.ple.ngram_size
  %s.ple.heads_per_ngram %s.ple.conv_kernel %s.ple.layer_multipliers %s.ple.head_offsets %s.ple.head_vocab_sizes
  %s.ple.eos_token_id %s.ple.image_token_id %s.hash_layer_count %s.rope.dimension_count
  %s.rope.dimension_count_swa %s.rope.dimension_sections %s.rope.freq_base %s.rope.freq_base_swa
  %s.rope.scale_linear %s.rope.scaling.type %s.rope.scaling.factor %s.rope.scaling.alpha
  %s.rope.scaling.attn_factor %s.rope.scaling.original_context_length %s.rope.scaling.finetuned
  %s.rope.scaling.yarn_log_multiplier %s.rope.scaling.yarn_ext_factor %s.rope.scaling.yarn_attn_factor
  %s.rope.scaling.yarn_beta_fast %s.rope.scaling.yarn_beta_slow split.no split.count split.tensors.count
  %s.ssm.conv_kernel %s.ssm.inner_size %s.ssm.state_size %s.ssm.time_step_rank %s.ssm.group_count
  %s.ssm.dt_b_c_rms %s.kda.head_dim %s.kda.safe_gate %s.kda.gate_lower_bound %s.wkv.head_size
  %s.posnet.embedding_length %s.posnet.block_count %s.convnext.embedding_length %s.convnext.block_count
  %s.classifier.output_labels %s.target_layers %s.target_hidden_size %s.norm_before_residual %s.norm_before_fc
  %s.block_size %s.conv_kernel_size %s.conv_group_size %s.selector_rank %s.selector_top_k %s.shortconv.l_cache
  %s.dense_2_feat_in %s.dense_2_feat_out %s.dense_3_feat_in %s.dense_3_feat_out tokenizer.ggml.model
  tokenizer.ggml.pre tokenizer.ggml.tokens tokenizer.ggml.token_type tokenizer.ggml.token_type_count
  tokenizer.ggml.scores tokenizer.ggml.merges tokenizer.ggml.bos_token_id tokenizer.ggml.eos_token_id
  tokenizer.ggml.eot_token_id tokenizer.ggml.eom_token_id tokenizer.ggml.unknown_token_id
  tokenizer.ggml.seperator_token_id tokenizer.ggml.padding_token_id tokenizer.ggml.cls_token_id
  tokenizer.ggml.mask_token_id tokenizer.ggml.add_bos_token tokenizer.ggml.add_eos_token
  tokenizer.ggml.add_sep_token tokenizer.ggml.add_space_prefix tokenizer.ggml.remove_extra_whitespaces
  tokenizer.ggml.precompiled_charsmap tokenizer.rwkv.world tokenizer.chat_template
  tokenizer.ggml.normalizer.lowercase tokenizer.ggml.normalizer.strip_accents tokenizer.ggml.fim_pre_token_id
  tokenizer.ggml.fim_suf_token_id tokenizer.ggml.fim_mid_token_id tokenizer.ggml.fim_pad_token_id
  tokenizer.ggml.fim_rep_token_id tokenizer.ggml.fim_sep_token_id tokenizer.ggml.suppress_tokens xielu.alpha_n
  xielu.alpha_p xielu.beta xielu.eps tokenizer.ggml.prefix_token_id tokenizer.ggml.suffix_token_id
  tokenizer.ggml.middle_token_id
`);

const TOKENIZERS = words(`
  none no_vocab llama bert gpt2 t5 rwkv plamo2 test gemma4 whitespace hybriddna
  default llama3 deepseek-llm falcon mpt starcoder gpt-2 command-r qwen2 tekken chatglm-bpe kimi-k2 jina-v2-de
  linear yarn longrope unspecified
`);

/** As latin1: the last ones are no UTF-8. */
export const TEXTS: readonly string[] = [
  ...TOKENIZERS,
  ...["", " ", "\0", "a b", "a  b", " a", "<unk>", "<0x0A>", "<0x", "<|im_end|>", "</s>", "phi-3", "{{ messages }}"],
  ...["\xff\xfe", "\xc3", "\xe2\x96\x81", "a\0b", "x".repeat(70), "x".repeat(5000)],
];

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
