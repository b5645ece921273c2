/**
 * What onnxruntime 1.30 wrote of three inferences of an If, whose branch is a MatMul, and of a Softmax with a quote and a
 * backslash in its name; details that nothing reads are left out.
 */
export const RECORDING = String.raw`[
{"cat" : "Session","pid" :12498,"tid" :12498,"dur" :594,"ts" :12,"ph" : "X","name" :"model_loading_array","args" : {}},
{"cat" : "Session","pid" :12498,"tid" :12498,"dur" :145658,"ts" :677,"ph" : "X","name" :"session_initialization","args" : {}},
{"cat" : "Node","pid" :12498,"tid" :12498,"dur" :38,"ts" :155424,"ph" : "X","name" :"multiply_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "MatMul","node_index" : "0"}},
{"cat" : "Session","pid" :12498,"tid" :12498,"dur" :47,"ts" :155422,"ph" : "X","name" :"SequentialExecutor::Execute","args" : {}},
{"cat" : "Node","pid" :12498,"tid" :12498,"dur" :127,"ts" :155348,"ph" : "X","name" :"choose_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "If","node_index" : "0"}},
{"cat" : "Node","pid" :12498,"tid" :12498,"dur" :26,"ts" :155480,"ph" : "X","name" :"soft"max\_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "Softmax","node_index" : "0"}},
{"cat" : "Session","pid" :12498,"tid" :12498,"dur" :169,"ts" :155343,"ph" : "X","name" :"SequentialExecutor::Execute","args" : {}},
{"cat" : "Session","pid" :12498,"tid" :12498,"dur" :407,"ts" :155321,"ph" : "X","name" :"model_run","args" : {}},
{"cat" : "Node","pid" :12498,"tid" :12498,"dur" :15,"ts" :156008,"ph" : "X","name" :"multiply_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "MatMul","node_index" : "0"}},
{"cat" : "Session","pid" :12498,"tid" :12498,"dur" :21,"ts" :156007,"ph" : "X","name" :"SequentialExecutor::Execute","args" : {}},
{"cat" : "Node","pid" :12498,"tid" :12498,"dur" :40,"ts" :155992,"ph" : "X","name" :"choose_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "If","node_index" : "0"}},
{"cat" : "Node","pid" :12498,"tid" :12498,"dur" :17,"ts" :156274,"ph" : "X","name" :"soft"max\_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "Softmax","node_index" : "0"}},
{"cat" : "Session","pid" :12498,"tid" :12498,"dur" :305,"ts" :155990,"ph" : "X","name" :"SequentialExecutor::Execute","args" : {}},
{"cat" : "Session","pid" :12498,"tid" :12498,"dur" :320,"ts" :155979,"ph" : "X","name" :"model_run","args" : {}},
{"cat" : "Node","pid" :12498,"tid" :12498,"dur" :9,"ts" :156441,"ph" : "X","name" :"multiply_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "MatMul","node_index" : "0"}},
{"cat" : "Session","pid" :12498,"tid" :12498,"dur" :19,"ts" :156440,"ph" : "X","name" :"SequentialExecutor::Execute","args" : {}},
{"cat" : "Node","pid" :12498,"tid" :12498,"dur" :30,"ts" :156433,"ph" : "X","name" :"choose_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "If","node_index" : "0"}},
{"cat" : "Node","pid" :12498,"tid" :12498,"dur" :5,"ts" :156469,"ph" : "X","name" :"soft"max\_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "Softmax","node_index" : "0"}},
{"cat" : "Session","pid" :12498,"tid" :12498,"dur" :46,"ts" :156432,"ph" : "X","name" :"SequentialExecutor::Execute","args" : {}},
{"cat" : "Session","pid" :12498,"tid" :12498,"dur" :54,"ts" :156426,"ph" : "X","name" :"model_run","args" : {}}
]
`;
