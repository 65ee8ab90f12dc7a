/** Of `nn.Linear`, whose matrices are stored the other way round than those below. */
export const LINEAR = { encoder: "encoder.weight", encoderBias: "encoder.bias", decoder: "decoder.weight" };

/** As SAELens and others after it write them. */
export const W_AND_B = { encoder: "W_enc", encoderBias: "b_enc", decoder: "W_dec", decoderBias: "b_dec" };
