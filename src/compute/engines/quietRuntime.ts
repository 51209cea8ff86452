/**
 * ONNX Runtime's Linux build reports its usage to its maker unless this is set before it loads. Import this file before
 * `onnxruntime-node`. Whoever wants the reports sets the variable.
 */
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
