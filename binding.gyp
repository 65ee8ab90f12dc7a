{
  # Forwards to CMake, for tools that ask for gyp. The build is described in CMakeLists.txt.
  "targets": [
    {
      "target_name": "corrsteer",
      "type": "none",
      "actions": [
        {
          "action_name": "cmake",
          "inputs": ["CMakeLists.txt"],
          "outputs": ["build/Release/corrsteer.node"],
          "action": ["node", "scripts/build-native.mjs", "--gyp"]
        }
      ]
    }
  ]
}
