{
  "targets": [
    {
      "target_name": "udp_blocks",
      "sources": ["udp-blocks.cc"],
      "defines": ["NAPI_VERSION=8"],
      "cflags_cc": ["-std=c++17", "-Wall", "-Wextra", "-O2"]
    }
  ]
}
