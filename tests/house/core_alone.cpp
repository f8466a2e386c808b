// Linked with every object of core and of what core links (tests/house/CMakeLists.txt).
int main() { return 0; }
